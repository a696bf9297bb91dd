-- Writes what the stats of one month come to by task and day: a row is one task's day in one stream, but for
-- documents without a task or a time that fits, which stand alone. Who sums days need not read documents.
COPY (
  SELECT
    task,
    kind,
    stream,
    bucket_of(hour, 'daily')::INTEGER AS hour,
    min(ns) AS ns,
    NULL::VARCHAR AS part,
    sum(txn_count)::DECIMAL(38, 0) AS txn_count,
    sum(docs_read)::DECIMAL(38, 0) AS docs_read,
    sum(bytes_read)::DECIMAL(38, 0) AS bytes_read,
    sum(docs_written)::DECIMAL(38, 0) AS docs_written,
    sum(bytes_written)::DECIMAL(38, 0) AS bytes_written,
    sum(usage_seconds)::DECIMAL(38, 0) AS usage_seconds,
    NULL::VARCHAR AS file,
    min(number) AS number,
    NULL::BIGINT AS committed_at
  FROM stats_to_store
  WHERE open = $is_open
    AND month = $month
    AND month IS NULL -- $timeless
  GROUP BY task, kind, stream, bucket_of(hour, 'daily'), CASE WHEN ns IS NULL OR task IS NULL THEN number END
  ORDER BY task, hour, stream
)
TO $path (FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2, ROW_GROUP_SIZE 16384)
