-- Which stats documents count: those that are committed (all of them if asked), each once by its
-- producer and clock. `uncounted` are the others; a row is one message.
CREATE OR REPLACE TEMP TABLE repeated_stats AS
WITH candidates AS (
  SELECT rowid AS position, file, producer, clock
  FROM stats_messages
  ANTI JOIN uncommitted ON stats_messages.rowid = uncommitted.position AND NOT getvariable('count_uncommitted')::BOOLEAN
  WHERE class = 'stats'
    AND clock IS NOT NULL
),
repeated AS (
  SELECT producer, clock, min(place_of(file, position)) AS first_place
  FROM candidates
  GROUP BY producer, clock
  HAVING count(*) > 1
)
SELECT position
FROM candidates
JOIN repeated USING (producer, clock)
WHERE place_of(file, position) <> first_place;

CREATE OR REPLACE TEMP TABLE uncounted AS
SELECT position FROM uncommitted WHERE NOT getvariable('count_uncommitted')::BOOLEAN
UNION
SELECT position FROM repeated_stats;
