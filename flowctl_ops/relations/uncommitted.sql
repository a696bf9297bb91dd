-- How many documents of the question were rolled back or never acknowledged; a row in all. What is
-- committed elsewhere does not count, nor does a copy.
SELECT count(*)
FROM (
  SELECT DISTINCT producer, clock
  FROM stats_messages
  SEMI JOIN uncommitted ON stats_messages.rowid = uncommitted.position
  WHERE wanted
  EXCEPT
  SELECT producer, clock
  FROM stats_messages
  ANTI JOIN uncommitted ON stats_messages.rowid = uncommitted.position
  WHERE class = 'stats'
);
