-- The period that stats of the asked tasks cover, or buckets of an export do; a row in all.
SELECT
  min(ns) FILTER (ns > -9223372036854775807) AS oldest_ns,
  max(ns) FILTER (ns < 9223372036854775807 AND ns > -9223372036854775807) AS newest_ns
FROM read_stats
WHERE wanted
  OR class = 'catalog_stats';
