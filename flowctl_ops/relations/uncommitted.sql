-- How many documents of the question were rolled back or never acknowledged; a row in all. What is
-- committed elsewhere does not count, nor does a copy.
WITH
left_out AS (
  SELECT DISTINCT producer, clock
  FROM stats_messages
  SEMI JOIN uncommitted ON stats_messages.rowid = uncommitted.position
  WHERE wanted
),
elsewhere AS (
  SELECT DISTINCT producer, clock
  FROM stats_messages
  SEMI JOIN left_out USING (producer, clock)
  ANTI JOIN uncommitted ON stats_messages.rowid = uncommitted.position
  WHERE class = 'stats'
)
SELECT (SELECT count(*) FROM left_out) - (SELECT count(*) FROM elsewhere);
