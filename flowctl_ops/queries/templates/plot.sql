-- The rows of `ops stats --plot`: a bucket without data has no bytes.
SELECT buckets.ts, sums.bytes
FROM (
  SELECT unnest(generate_series(min(ts)::TIMESTAMP, max(ts)::TIMESTAMP, $step::INTERVAL)) AS ts
  FROM shown
  SEMI JOIN ranked USING (catalog_name)
) AS buckets
LEFT JOIN (
  SELECT
    ts,
    sum(bytes_read_by_me + bytes_written_by_me) AS bytes -- $by_me
    sum(bytes_read_from_me + bytes_written_to_me) AS bytes -- $collections
  FROM shown
  SEMI JOIN ranked USING (catalog_name)
  GROUP BY ts
) AS sums ON sums.ts = buckets.ts
ORDER BY buckets.ts
