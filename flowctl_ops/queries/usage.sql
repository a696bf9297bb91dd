-- What Flow meters: hours and bytes, with what they cost at the rates given; a row is one name, and
-- one bucket where a grain is asked.
SELECT
  catalog_name,
  grain,
  CASE WHEN bucket IS NULL THEN NULL ELSE replace(bucket_text(bucket), '.000Z', 'Z') END AS ts,
  usage_seconds,
  bytes_moved,
  CASE WHEN $rate_hour IS NULL AND $rate_gb IS NULL THEN NULL
    ELSE usage_seconds / 3600 * coalesce($rate_hour::DOUBLE, 0) + bytes_moved / 1e9 * coalesce($rate_gb::DOUBLE, 0)
  END AS cost
FROM (
  SELECT catalog_name, rank, grain, bucket, usage_seconds, bytes_read_by_me + bytes_written_by_me AS bytes_moved
  FROM shown_rows
)
ORDER BY rank, grain, bucket;
