-- The public view of Flow's roll-up: a row is one name, grain and bucket.
CREATE OR REPLACE TEMP VIEW catalog_stats AS
SELECT
  catalog_name,
  grain,
  make_timestamp_ns(TRY_CAST(bucket::HUGEINT * 3600000000000 AS BIGINT)) AS ts,
  TRY_CAST(docs_read_by_me AS BIGINT) AS docs_read_by_me,
  TRY_CAST(bytes_read_by_me AS BIGINT) AS bytes_read_by_me,
  TRY_CAST(docs_written_by_me AS BIGINT) AS docs_written_by_me,
  TRY_CAST(bytes_written_by_me AS BIGINT) AS bytes_written_by_me,
  TRY_CAST(docs_read_from_me AS BIGINT) AS docs_read_from_me,
  TRY_CAST(bytes_read_from_me AS BIGINT) AS bytes_read_from_me,
  TRY_CAST(docs_written_to_me AS BIGINT) AS docs_written_to_me,
  TRY_CAST(bytes_written_to_me AS BIGINT) AS bytes_written_to_me,
  TRY_CAST(txn_count AS BIGINT) AS txn_count,
  TRY_CAST(usage_seconds AS BIGINT) AS usage_seconds,
  TRY_CAST(warnings AS BIGINT) AS warnings,
  TRY_CAST(errors AS BIGINT) AS errors,
  TRY_CAST(failures AS BIGINT) AS failures,
  ns_timestamp(text_ns(last_published_at)) AS last_published_at
FROM catalog_rows
ORDER BY catalog_name, grain, bucket;
