-- The time in ns that the logs that were read reach from and to; a row in all.
SELECT
  min(ns) FILTER (NOT far_off(ns)) AS oldest,
  max(ns) FILTER (NOT far_off(ns)) AS newest
FROM log_messages
WHERE class = 'log'
