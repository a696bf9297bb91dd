-- The stats documents that do not count: what is not committed (unless that is asked for), and copies of a
-- document, by its producer and clock, that stands before. A row is one message.
WITH
candidates AS (
  SELECT position_of(file, stats_messages.rowid) AS position, producer, clock
  FROM stats_messages
  ANTI JOIN uncommitted ON position_of(file, stats_messages.rowid) = uncommitted.position -- $committed
  WHERE class = 'stats'
    AND clock IS NOT NULL
),
repeated AS (
  SELECT producer, clock, min(position) AS first_position
  FROM candidates
  GROUP BY producer, clock
  HAVING count(*) > 1
)
SELECT position
FROM uncommitted -- $committed
UNION ALL -- $committed
SELECT position -- $committed
FROM candidates
JOIN repeated USING (producer, clock)
WHERE position <> first_position
