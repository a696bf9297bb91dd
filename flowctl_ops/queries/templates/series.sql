-- The rows of `ops stats --grain`.
SELECT
  catalog_name,
  grain,
  ts,
  docs_read_by_me, -- $by_me
  bytes_read_by_me, -- $by_me
  docs_written_by_me, -- $by_me
  bytes_written_by_me, -- $by_me
  docs_read_from_me, -- $of_me
  bytes_read_from_me, -- $of_me
  docs_written_to_me, -- $of_me
  bytes_written_to_me, -- $of_me
  txn_count, -- $by_me
  warnings, -- $by_me
  errors, -- $by_me
  failures, -- $by_me
  usage_seconds, -- $by_me
FROM shown
JOIN ranked USING (catalog_name)
ORDER BY rank, grain, ts
