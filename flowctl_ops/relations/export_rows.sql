-- Flow's own roll-up, read directly: a row is one name, grain and bucket. Exports add up what several
-- transactions wrote of one key; a document that lies there twice counts once.
CREATE OR REPLACE TEMP TABLE export_rows AS
WITH documents AS (
  SELECT doc FROM catalog_exports WHERE key IS NULL
  UNION ALL
  SELECT min(doc) FROM catalog_exports WHERE key IS NOT NULL GROUP BY key
),
parsed AS (
  SELECT
    doc ->> '$.catalogName' AS catalog_name,
    doc ->> '$.grain' AS grain,
    hour_of(text_ns(doc ->> '$.ts'), doc ->> '$.ts') AS bucket,
    json_transform(json_extract(doc, '$.statsSummary'), '{"readByMe": {"docsTotal": "HUGEINT", "bytesTotal": "HUGEINT"}, "writtenByMe": {"docsTotal": "HUGEINT", "bytesTotal": "HUGEINT"}, "readFromMe": {"docsTotal": "HUGEINT", "bytesTotal": "HUGEINT"}, "writtenToMe": {"docsTotal": "HUGEINT", "bytesTotal": "HUGEINT"}, "txnCount": "HUGEINT", "usageSeconds": "HUGEINT", "warnings": "HUGEINT", "errors": "HUGEINT", "failures": "HUGEINT", "lastPublishedAt": "VARCHAR"}') AS summary,
    json_extract(doc, '$.taskStats') AS detail
  FROM documents
)
SELECT
  catalog_name,
  grain,
  bucket,
  bool_or(detail IS NOT NULL) AS is_task,
  max(CASE
    WHEN json_exists(detail, '$.capture') THEN 'capture'
    WHEN json_exists(detail, '$.materialize') THEN 'materialization'
    WHEN json_exists(detail, '$.derive') THEN 'derivation'
  END) AS kind,
  coalesce(sum(summary.readByMe.docsTotal), 0) AS docs_read_by_me,
  coalesce(sum(summary.readByMe.bytesTotal), 0) AS bytes_read_by_me,
  coalesce(sum(summary.writtenByMe.docsTotal), 0) AS docs_written_by_me,
  coalesce(sum(summary.writtenByMe.bytesTotal), 0) AS bytes_written_by_me,
  coalesce(sum(summary.readFromMe.docsTotal), 0) AS docs_read_from_me,
  coalesce(sum(summary.readFromMe.bytesTotal), 0) AS bytes_read_from_me,
  coalesce(sum(summary.writtenToMe.docsTotal), 0) AS docs_written_to_me,
  coalesce(sum(summary.writtenToMe.bytesTotal), 0) AS bytes_written_to_me,
  coalesce(sum(summary.txnCount), 0) AS txn_count,
  coalesce(sum(summary.usageSeconds), 0) AS usage_seconds,
  coalesce(sum(summary.warnings), 0) AS warnings,
  coalesce(sum(summary.errors), 0) AS errors,
  coalesce(sum(summary.failures), 0) AS failures,
  arg_max(summary.lastPublishedAt, text_ns(summary.lastPublishedAt)) AS last_published_at,
  TRY_CAST(bucket::HUGEINT * 3600000000000 AS BIGINT) AS newest_ns,
  list(detail::VARCHAR) FILTER (detail IS NOT NULL) AS details
FROM parsed
WHERE catalog_name IS NOT NULL
  AND grain IN ('hourly', 'daily', 'monthly')
  AND bucket IS NOT NULL
GROUP BY catalog_name, grain, bucket;

-- Sums over a time come from the finest buckets there are of a name, prefixes left out.
CREATE OR REPLACE TEMP VIEW finest_rows AS
SELECT * EXCLUDE (finest)
FROM (
  SELECT
    *,
    grain = min_by(grain, CASE grain WHEN 'hourly' THEN 1 WHEN 'daily' THEN 2 ELSE 3 END) OVER (
      PARTITION BY catalog_name
    ) AS finest
  FROM export_rows
)
WHERE finest
  AND NOT ends_with(catalog_name, '/')
  AND (getvariable('since_ns')::BIGINT IS NULL OR bucket::HUGEINT * 3600000000000 >= getvariable('since_ns')::BIGINT)
  AND (getvariable('until_ns')::BIGINT IS NULL OR bucket::HUGEINT * 3600000000000 < getvariable('until_ns')::BIGINT);

INSERT INTO known_tasks
SELECT DISTINCT catalog_name, kind
FROM export_rows
WHERE is_task;

INSERT INTO summaries BY NAME
SELECT
  * EXCLUDE (catalog_name, grain, bucket, details),
  catalog_name AS name,
  slot_of(bucket, newest_ns) AS slot
FROM finest_rows;

INSERT INTO task_details
SELECT catalog_name, grain, bucket, row_number() OVER (), unnest(details)
FROM export_rows
WHERE details IS NOT NULL;
