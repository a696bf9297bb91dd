-- The rows of `ops stats --grain`: Flow's roll-up.
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
FROM catalog_stats
WHERE true
  AND regexp_full_match(catalog_name, $names, 's')
  AND grain IN ($grains)
  AND ts >= $since::TIMESTAMP_NS
  AND ts < $until::TIMESTAMP_NS
  AND catalog_name IN (SELECT task FROM stats UNION SELECT task FROM logs WHERE level IN ('warn', 'error')) -- $tasks
  AND catalog_name IN (SELECT collection FROM bindings) -- $collections
  AND ends_with(catalog_name, '/') -- $prefixes
ORDER BY catalog_name, grain, ts
