-- How much moved, bucket by bucket: a row is one name, grain and bucket. `gap` says of a row of no counts how
-- many buckets without data follow.
WITH
$shown,
answer AS (
  SELECT shown.*, rank
  FROM shown
  JOIN ranked USING (catalog_name)
  UNION ALL BY NAME -- $gaps
  SELECT -- $gaps
    catalog_name, rank, grain, next_bucket(ts, grain) AS ts, -- $gaps
    'no data until ' || rfc3339(following) AS gap -- $gaps
  FROM ( -- $gaps
    SELECT catalog_name, rank, grain, ts, lead(ts) OVER (PARTITION BY catalog_name, grain ORDER BY ts) AS following -- $gaps
    FROM shown -- $gaps
    JOIN ranked USING (catalog_name) -- $gaps
  ) -- $gaps
  WHERE following > next_bucket(ts, grain) -- $gaps
)
SELECT
  catalog_name,
  grain,
  rfc3339(ts) AS ts, -- $rows
  ts, -- $documents
  docs_read_by_me, -- $show_by_me
  bytes_read_by_me, -- $show_by_me
  docs_written_by_me, -- $show_by_me
  bytes_written_by_me, -- $show_by_me
  docs_read_from_me, -- $show_of_me
  bytes_read_from_me, -- $show_of_me
  docs_written_to_me, -- $show_of_me
  bytes_written_to_me, -- $show_of_me
  txn_count, -- $show_own
  warnings, -- $show_own
  errors, -- $show_own
  failures, -- $show_own
  usage_seconds, -- $show_own
  last_published_at, task_stats -- $documents
  gap -- $gaps
FROM answer
ORDER BY rank, grain, answer.ts
