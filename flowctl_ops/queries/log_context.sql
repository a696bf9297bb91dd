-- What happened: the logs that match, and of each task the lines around them. A row is one log.
WITH
scope AS (
  SELECT ts, level, kind, task, message, fields, error, doc, position
  , key_begin, r_clock_begin -- $sharded
  FROM logs
  WHERE true
$scope
),
matches AS (
  SELECT position
  FROM scope
  WHERE true
$match
  ORDER BY ts DESC NULLS LAST, position DESC -- $tail
  LIMIT $tail
),
shown AS (
  SELECT position
  , task, ts, place -- $groups
  FROM (
    SELECT
      position,
      task, ts, row_number() OVER (PARTITION BY task ORDER BY ts NULLS FIRST, position) AS place, -- $groups
      bool_or(position IN (SELECT position FROM matches)) OVER (
        PARTITION BY task
        ORDER BY ts NULLS FIRST, position
        ROWS BETWEEN $after PRECEDING AND $before FOLLOWING
      ) AS is_near
    FROM scope
  )
  WHERE is_near
)
, stretches AS ( -- $groups
  SELECT -- $groups
    position, task, -- $groups
    place - row_number() OVER (PARTITION BY task ORDER BY place) AS stretch, -- $groups
    row_number() OVER (ORDER BY ts DESC NULLS LAST, position DESC) AS rank -- $groups $reverse
    row_number() OVER (ORDER BY ts NULLS FIRST, position) AS rank -- $groups $forward
  FROM shown -- $groups
), -- $groups
ended AS ( -- $groups
  SELECT position, rank, max(rank) OVER (PARTITION BY task, stretch) AS last_rank -- $groups
  FROM stretches -- $groups
), -- $groups
grouped AS ( -- $groups
  SELECT -- $groups
    position, -- $groups
    coalesce(max(last_rank) OVER (ORDER BY rank ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) < rank, false) AS begins -- $groups
  FROM ended -- $groups
) -- $groups
SELECT
  doc, -- $documents
  coalesce(rfc3339(ts), doc ->> '$.ts') AS ts, -- $rows
  level, -- $rows
  kind, -- $rows
  task, -- $rows
  message, -- $rows
  fields -- $rows
  , key_begin, r_clock_begin -- $sharded
  , begins -- $groups
FROM scope
SEMI JOIN shown USING (position) -- $no_groups
JOIN grouped USING (position) -- $groups
ORDER BY
  scope.ts DESC NULLS LAST, position DESC -- $reverse
  scope.ts NULLS FIRST, position -- $forward
