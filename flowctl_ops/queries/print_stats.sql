-- The rows of `ops stats`, without the sparkline.
WITH
documents AS (
  SELECT
    task,
    max(kind) AS kind,
    sum(txn_count) AS txn_count,
    sum(CASE WHEN NOT (json_exists(doc, '$.capture') OR json_exists(doc, '$.materialize') OR json_exists(doc, '$.derive'))
      THEN floor(uptime_seconds * usage_rate + 0.5) END)::BIGINT AS usage_seconds,
    max(ts) AS newest
  FROM stats
  WHERE task IS NOT NULL
    AND ts >= $since::TIMESTAMP_NS
    AND ts < $until::TIMESTAMP_NS
  GROUP BY task
),
moved AS (
  SELECT
    task,
    sum(CASE WHEN kind = 'materialization' OR transform IS NOT NULL THEN right_docs END) AS docs_read_by_me,
    sum(CASE WHEN kind = 'materialization' OR transform IS NOT NULL THEN right_bytes END) AS bytes_read_by_me,
    sum(CASE WHEN kind = 'capture' OR (kind = 'derivation' AND transform IS NULL) THEN out_docs END) AS docs_written_by_me,
    sum(CASE WHEN kind = 'capture' OR (kind = 'derivation' AND transform IS NULL) THEN out_bytes END) AS bytes_written_by_me
  FROM bindings
  WHERE true
    AND ts >= $since::TIMESTAMP_NS
    AND ts < $until::TIMESTAMP_NS
  GROUP BY task
),
logged AS (
  SELECT
    task,
    max(kind) AS kind,
    count(*) FILTER (level = 'warn') AS warnings,
    count(*) FILTER (level = 'error' AND message IS DISTINCT FROM 'shard failed') AS errors,
    count(*) FILTER (level = 'error' AND message = 'shard failed') AS failures
  FROM logs
  WHERE level IN ('warn', 'error')
    AND task IS NOT NULL
    AND ts >= $since::TIMESTAMP_NS
    AND ts < $until::TIMESTAMP_NS
  GROUP BY task
)
SELECT
  task AS catalog_name,
  coalesce(documents.kind, logged.kind) AS kind,
  coalesce(docs_read_by_me, 0) AS docs_read_by_me,
  coalesce(bytes_read_by_me, 0) AS bytes_read_by_me,
  coalesce(docs_written_by_me, 0) AS docs_written_by_me,
  coalesce(bytes_written_by_me, 0) AS bytes_written_by_me,
  coalesce(txn_count, 0) AS txn_count,
  coalesce(warnings, 0) AS warnings,
  coalesce(errors, 0) AS errors,
  coalesce(failures, 0) AS failures,
  coalesce(usage_seconds, 0) AS usage_seconds,
  newest
FROM documents
FULL JOIN moved USING (task)
FULL JOIN logged USING (task)
WHERE true
  AND regexp_full_match(task, $names, 's')
  AND coalesce(documents.kind, logged.kind) = $kind
ORDER BY catalog_name
