-- The time in ns that the logs that were read reach from and to; a row in all.
SELECT
  epoch_ns(min(ts) FILTER (isfinite(ts))) AS oldest,
  epoch_ns(max(ts) FILTER (isfinite(ts))) AS newest
FROM log_messages
WHERE class = 'log'
