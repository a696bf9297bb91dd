-- The time in ns that the stats that were read reach from and to, or the buckets of an export do; a row in all.
SELECT
  min(ns) FILTER (NOT far_off(ns)) AS oldest,
  max(ns) FILTER (NOT far_off(ns)) AS newest
FROM stats_messages
WHERE wanted
  OR class = 'catalog_stats'
