-- The bytes that all names asked for moved, bucket by bucket of one grain: a row is one bucket, those
-- without data too.
WITH
$shown,
sums AS (
  SELECT ts, sum(moved_bytes(shown, $by_me, $of_me))::HUGEINT AS bytes
  FROM shown
  SEMI JOIN ranked USING (catalog_name)
  WHERE isfinite(ts)
  GROUP BY ts
),
buckets AS (
  SELECT unnest(generate_series(min(ts)::TIMESTAMP, max(ts)::TIMESTAMP, $step::INTERVAL))::TIMESTAMP_NS AS ts
  FROM sums
)
SELECT
  rfc3339(buckets.ts) AS ts,
  sums.bytes,
  sums.bytes AS bar -- $with_activity
FROM buckets
LEFT JOIN sums ON sums.ts = buckets.ts
ORDER BY buckets.ts
