-- Flow's own roll-up, read directly: a row is one name, grain and bucket. A document that lies there twice
-- counts once; of the connector's spelling, which writes every row anew, the last of a bucket counts; what
-- several transactions wrote of one bucket otherwise adds up.
WITH
documents AS (
  SELECT doc, position_of(file, rowid) AS position
  FROM (
    SELECT doc, file, rowid, row_number() OVER (PARTITION BY producer, clock ORDER BY position_of(file, rowid)) AS copy, clock
    FROM stats_messages
    WHERE class = 'catalog_stats'
  )
  WHERE clock IS NULL
    OR copy = 1
),
parsed AS (
  SELECT
    doc ->> '$.catalogName' AS catalog_name,
    lower(doc ->> '$.grain') AS grain,
    coalesce(doc ->> '$.ts', doc ->> '$.timestamp') AS ts,
    doc ->> '$.ts' IS NULL AS replaces,
    position,
    json_transform(json_extract(doc, '$.statsSummary'), '{"readByMe": {"docsTotal": "HUGEINT", "bytesTotal": "HUGEINT"}, "writtenByMe": {"docsTotal": "HUGEINT", "bytesTotal": "HUGEINT"}, "readFromMe": {"docsTotal": "HUGEINT", "bytesTotal": "HUGEINT"}, "writtenToMe": {"docsTotal": "HUGEINT", "bytesTotal": "HUGEINT"}, "txnCount": "HUGEINT", "usageSeconds": "HUGEINT", "warnings": "HUGEINT", "errors": "HUGEINT", "failures": "HUGEINT", "lastPublishedAt": "VARCHAR"}') AS summary,
    task_stats_in(doc) AS detail,
    rolled_up_task(doc) IS NOT NULL AS is_of_task
  FROM documents
),
dated AS (
  SELECT *, hour_of(text_ns(ts), ts) AS bucket
  FROM parsed
  WHERE catalog_name IS NOT NULL
    AND grain IN ('hourly', 'daily', 'monthly')
),
current AS (
  SELECT *
  FROM dated
  WHERE bucket IS NOT NULL
  QUALIFY NOT replaces OR row_number() OVER (PARTITION BY catalog_name, grain, bucket, replaces ORDER BY position DESC) = 1
)
SELECT
  catalog_name,
  grain,
  bucket,
  max(kind_in(detail)) AS kind,
  bool_or(is_of_task) AS is_task,
  coalesce(sum(summary.readByMe.docsTotal), 0)::HUGEINT AS docs_read_by_me,
  coalesce(sum(summary.readByMe.bytesTotal), 0)::HUGEINT AS bytes_read_by_me,
  coalesce(sum(summary.writtenByMe.docsTotal), 0)::HUGEINT AS docs_written_by_me,
  coalesce(sum(summary.writtenByMe.bytesTotal), 0)::HUGEINT AS bytes_written_by_me,
  coalesce(sum(summary.readFromMe.docsTotal), 0)::HUGEINT AS docs_read_from_me,
  coalesce(sum(summary.readFromMe.bytesTotal), 0)::HUGEINT AS bytes_read_from_me,
  coalesce(sum(summary.writtenToMe.docsTotal), 0)::HUGEINT AS docs_written_to_me,
  coalesce(sum(summary.writtenToMe.bytesTotal), 0)::HUGEINT AS bytes_written_to_me,
  coalesce(sum(summary.txnCount), 0)::HUGEINT AS txn_count,
  coalesce(sum(summary.usageSeconds), 0)::HUGEINT AS usage_seconds,
  coalesce(sum(summary.warnings), 0)::HUGEINT AS warnings,
  coalesce(sum(summary.errors), 0)::HUGEINT AS errors,
  coalesce(sum(summary.failures), 0)::HUGEINT AS failures,
  arg_max(summary.lastPublishedAt, text_ns(summary.lastPublishedAt)) AS last_published_at,
  list(detail::VARCHAR ORDER BY position) FILTER (has_content(detail)) AS details
FROM current
GROUP BY catalog_name, grain, bucket
