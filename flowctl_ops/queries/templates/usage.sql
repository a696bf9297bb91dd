-- The rows of `ops stats --usage`.
SELECT
  catalog_name,
  grain,
  ts,
  usage_seconds,
  bytes_read_by_me + bytes_written_by_me AS bytes_moved,
  usage_seconds / 3600 * $rate_hour::DOUBLE + (bytes_read_by_me + bytes_written_by_me) / 1e9 * $rate_gb::DOUBLE AS cost,
FROM shown
JOIN ranked USING (catalog_name)
ORDER BY rank, grain, ts
