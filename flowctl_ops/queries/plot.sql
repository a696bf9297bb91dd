-- The bytes that all names asked for moved, bucket by bucket of one grain: a row is one bucket, those
-- without data too.
WITH
sums AS (
  SELECT
    bucket,
    sum(CASE getvariable('whose') WHEN 'collections' THEN bytes_read_from_me + bytes_written_to_me
      ELSE bytes_read_by_me + bytes_written_by_me END) AS bytes
  FROM catalog_rows
  SEMI JOIN top_names USING (catalog_name)
  WHERE grain = $grain
  GROUP BY bucket
),
reach AS (SELECT min(bucket) AS first_hour, max(bucket) AS last_hour FROM sums),
buckets AS (
  SELECT DISTINCT bucket_of(hour, $grain) AS bucket
  FROM (SELECT unnest(range(first_hour, last_hour + 1, CASE $grain WHEN 'hourly' THEN 1 ELSE 24 END)) AS hour FROM reach)
)
SELECT replace(bucket_text(buckets.bucket), '.000Z', 'Z') AS ts, sums.bytes::HUGEINT AS bytes, sums.bytes::HUGEINT AS bar
FROM buckets
LEFT JOIN sums USING (bucket)
ORDER BY buckets.bucket;
