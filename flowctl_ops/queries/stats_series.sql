-- How much moved, bucket by bucket: a row is one name, grain and bucket. `gap` says how many buckets
-- without data follow a row of no counts, where gaps are asked for.
WITH
following AS (
  SELECT
    catalog_name,
    rank,
    grain,
    bucket,
    lead(bucket) OVER (PARTITION BY catalog_name, grain ORDER BY bucket) AS next_bucket
  FROM shown_rows
),
gaps AS (
  SELECT catalog_name, rank, grain, next_bucket_of(bucket, grain) AS bucket, next_bucket
  FROM following
  WHERE next_bucket > next_bucket_of(bucket, grain)
    AND $with_gaps
)
SELECT
  catalog_name,
  grain,
  replace(bucket_text(bucket), '.000Z', 'Z') AS ts,
  docs_read_by_me,
  bytes_read_by_me,
  docs_written_by_me,
  bytes_written_by_me,
  docs_read_from_me,
  bytes_read_from_me,
  docs_written_to_me,
  bytes_written_to_me,
  txn_count,
  warnings,
  errors,
  failures,
  usage_seconds,
  CASE WHEN next_bucket IS NULL THEN NULL ELSE 'no data until ' || replace(bucket_text(next_bucket), '.000Z', 'Z') END AS gap
FROM (
  FROM shown_rows
  UNION ALL BY NAME
  SELECT catalog_name, rank, grain, bucket, next_bucket FROM gaps
)
ORDER BY rank, grain, bucket;
