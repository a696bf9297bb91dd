-- The newest matches of what was read that have a time, copies of a document not yet removed: how many there are
-- of them, and the time in ns of the oldest; a row in all.
SELECT count(*) AS logs, timestamp_ns(min(ts)) AS oldest
FROM (
  SELECT ts
  FROM log_messages
  WHERE class = 'log'
    AND ts IS NOT NULL
  ORDER BY ts DESC
  LIMIT $most
)
