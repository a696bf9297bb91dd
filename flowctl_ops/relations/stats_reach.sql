-- The time in ns that the stats that were read reach from and to, or the buckets of an export do, in either of
-- its spellings; a row in all.
SELECT
  min(at_ns) FILTER (NOT far_off(at_ns)) AS oldest,
  max(at_ns) FILTER (NOT far_off(at_ns)) AS newest
FROM (
  SELECT coalesce(ns, CASE WHEN class = 'catalog_stats' THEN text_ns(doc ->> '$.timestamp') END) AS at_ns
  FROM stats_messages
  WHERE wanted
    OR class = 'catalog_stats'
)
