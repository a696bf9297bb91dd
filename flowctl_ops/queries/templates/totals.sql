-- The rows of `ops stats`, without the sparkline.
WITH
$asked
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
    AND kind = $kind
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
    AND kind = $kind
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
    AND kind = $kind
    AND ts >= $since::TIMESTAMP_NS
    AND ts < $until::TIMESTAMP_NS
  GROUP BY task
),
sums AS (
  SELECT
    task AS name,
    true AS is_task,
    coalesce(documents.kind, logged.kind) AS kind,
    docs_read_by_me,
    bytes_read_by_me,
    docs_written_by_me,
    bytes_written_by_me,
    NULL AS docs_read_from_me, -- $of_me
    NULL AS bytes_read_from_me, -- $of_me
    NULL AS docs_written_to_me, -- $of_me
    NULL AS bytes_written_to_me, -- $of_me
    txn_count,
    warnings,
    errors,
    failures,
    usage_seconds,
    newest
  FROM documents
  FULL JOIN moved USING (task)
  FULL JOIN logged USING (task)
$of_collections
)
SELECT
  catalog_name,
  max(CASE WHEN name = catalog_name THEN kind END) AS kind, -- $kinds
  coalesce(sum(docs_read_by_me), 0) AS docs_read_by_me, -- $by_me
  coalesce(sum(bytes_read_by_me), 0) AS bytes_read_by_me, -- $by_me
  coalesce(sum(docs_written_by_me), 0) AS docs_written_by_me, -- $by_me
  coalesce(sum(bytes_written_by_me), 0) AS bytes_written_by_me, -- $by_me
  coalesce(sum(docs_read_from_me), 0) AS docs_read_from_me, -- $of_me
  coalesce(sum(bytes_read_from_me), 0) AS bytes_read_from_me, -- $of_me
  coalesce(sum(docs_written_to_me), 0) AS docs_written_to_me, -- $of_me
  coalesce(sum(bytes_written_to_me), 0) AS bytes_written_to_me, -- $of_me
  coalesce(sum(txn_count), 0) AS txn_count, -- $by_me
  coalesce(sum(warnings), 0) AS warnings, -- $by_me
  coalesce(sum(errors), 0) AS errors, -- $by_me
  coalesce(sum(failures), 0) AS failures, -- $by_me
  coalesce(sum(usage_seconds), 0) AS usage_seconds, -- $by_me
  max(newest) AS newest
FROM (
  SELECT
    sums.*,
    name AS catalog_name -- $plain
    asked.name AS catalog_name -- $by_rollup
    coalesce(kind, 'unknown') AS catalog_name -- $by_kind
    split_part(name, '/', 1) AS catalog_name -- $by_tenant
    unnest([name] || list_transform( -- $prefixed
      range(1, len(string_split(name, '/'))), -- $prefixed
      lambda length: array_to_string(string_split(name, '/')[:length], '/') || '/' -- $prefixed
    )) AS catalog_name -- $prefixed
  FROM sums
  JOIN asked ON regexp_full_match(sums.name, asked.regex, 's') -- $by_rollup
  WHERE regexp_full_match(name, $task_names, 's')
)
WHERE true
  AND regexp_full_match(catalog_name, $names, 's')
  AND ends_with(catalog_name, '/') -- $prefixes
GROUP BY catalog_name
HAVING bool_or(NOT is_task) -- $collections
ORDER BY
  coalesce(sum(bytes_read_by_me), 0) + coalesce(sum(bytes_written_by_me), 0) DESC, -- $sort_bytes_by_me
  coalesce(sum(docs_read_by_me), 0) + coalesce(sum(docs_written_by_me), 0) DESC, -- $sort_docs_by_me
  coalesce(sum(bytes_read_by_me), 0) + coalesce(sum(bytes_written_by_me), 0) -- $sort_bytes
  + coalesce(sum(bytes_read_from_me), 0) + coalesce(sum(bytes_written_to_me), 0) DESC, -- $sort_bytes
  coalesce(sum(docs_read_by_me), 0) + coalesce(sum(docs_written_by_me), 0) -- $sort_docs
  + coalesce(sum(docs_read_from_me), 0) + coalesce(sum(docs_written_to_me), 0) DESC, -- $sort_docs
  coalesce(sum(txn_count), 0) DESC, -- $sort_transactions
  coalesce(sum(warnings), 0) DESC, -- $sort_warnings
  coalesce(sum(errors), 0) DESC, -- $sort_errors
  coalesce(sum(failures), 0) DESC, -- $sort_failures
  coalesce(sum(usage_seconds), 0) DESC, -- $sort_usage
  max(newest) DESC NULLS LAST, -- $sort_newest
  catalog_name
LIMIT $top
