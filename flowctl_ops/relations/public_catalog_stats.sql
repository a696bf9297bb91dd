-- The public view of Flow's roll-up: a row is one name, grain and bucket.
CREATE OR REPLACE TEMP VIEW catalog_stats AS
SELECT
  catalog_name,
  grain,
  make_timestamp_ns(TRY_CAST(bucket::HUGEINT * 3600000000000 AS BIGINT)) AS ts,
  docs_read_by_me::BIGINT AS docs_read_by_me,
  bytes_read_by_me::BIGINT AS bytes_read_by_me,
  docs_written_by_me::BIGINT AS docs_written_by_me,
  bytes_written_by_me::BIGINT AS bytes_written_by_me,
  docs_read_from_me::BIGINT AS docs_read_from_me,
  bytes_read_from_me::BIGINT AS bytes_read_from_me,
  docs_written_to_me::BIGINT AS docs_written_to_me,
  bytes_written_to_me::BIGINT AS bytes_written_to_me,
  txn_count::BIGINT AS txn_count,
  usage_seconds::BIGINT AS usage_seconds,
  warnings::BIGINT AS warnings,
  errors::BIGINT AS errors,
  failures::BIGINT AS failures,
  ns_timestamp(text_ns(last_published_at)) AS last_published_at
FROM catalog_rows
ORDER BY catalog_name, grain, bucket;
