-- The logs that are copies of one that stands before them: same producer, same clock; where
-- a question follows, of one that was given before, too. A row is one log.
SELECT position_of(file, messages.rowid) AS position
FROM log_messages AS messages
JOIN (
  SELECT key, min(position_of(file, rowid)) AS first_position
  FROM log_messages
  WHERE key IS NOT NULL
    AND class = 'log'
  GROUP BY key
  HAVING count(*) > 1
) AS repeated USING (key)
WHERE class = 'log'
  AND position_of(file, messages.rowid) > first_position
UNION -- $follows
SELECT position_of(file, rowid) AS position -- $follows
FROM log_messages -- $follows
WHERE class = 'log' -- $follows
  AND (key IN (SELECT key FROM keys_given) OR key IN (SELECT key FROM keys_given_before)) -- $follows
