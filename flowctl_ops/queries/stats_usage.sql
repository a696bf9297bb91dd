-- What Flow meters: hours and bytes moved, by name and bucket, and their cost. Usage that Flow said nothing of
-- is NULL. A row is one name, grain and bucket.
WITH
$shown
SELECT
  catalog_name,
  grain,
  rfc3339(ts) AS ts,
  usage_seconds,
  bytes_read_by_me + bytes_written_by_me AS bytes_moved,
  usage_seconds / 3600 * $rate_hour::DOUBLE + (bytes_read_by_me + bytes_written_by_me) / 1e9 * $rate_gb::DOUBLE AS cost,
FROM shown
JOIN ranked USING (catalog_name)
ORDER BY rank, grain, shown.ts
