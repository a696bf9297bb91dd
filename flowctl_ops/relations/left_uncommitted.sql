-- How many documents of the question were rolled back or never acknowledged; a row in all. What is committed
-- elsewhere does not count, nor does a copy.
WITH
messages AS (
  SELECT producer, clock, class, wanted, position_of(file, rowid) AS position
  FROM stats_messages
),
left_out AS (
  SELECT DISTINCT producer, clock
  FROM messages
  SEMI JOIN uncommitted USING (position)
  WHERE wanted
),
elsewhere AS (
  SELECT DISTINCT producer, clock
  FROM messages
  SEMI JOIN left_out USING (producer, clock)
  ANTI JOIN uncommitted USING (position)
  WHERE class = 'stats'
)
SELECT (SELECT count(*) FROM left_out) - (SELECT count(*) FROM elsewhere)
