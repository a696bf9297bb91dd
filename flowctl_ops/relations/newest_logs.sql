-- The newest matches of what was read, copies of a document not yet removed: how many there are of them, and
-- the time in ns of the oldest; a row in all.
SELECT count(*) AS logs, min(ns) AS oldest
FROM (
  SELECT ns
  FROM log_messages
  WHERE class = 'log'
  ORDER BY ns DESC
  LIMIT $most
)
