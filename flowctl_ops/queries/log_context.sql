-- What happened: the logs that match, and of each task the lines around them. A row is one log.
WITH
scope AS (
  SELECT ts, level, kind, task, message, fields, error, doc, position
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
  FROM (
    SELECT
      position,
      bool_or(position IN (SELECT position FROM matches)) OVER (
        PARTITION BY task
        ORDER BY ts NULLS FIRST, position
        ROWS BETWEEN $after PRECEDING AND $before FOLLOWING
      ) AS is_near
    FROM scope
  )
  WHERE is_near
)
SELECT
  doc, -- $documents
  coalesce(rfc3339(ts), doc ->> '$.ts') AS ts, -- $rows
  level, -- $rows
  kind, -- $rows
  task, -- $rows
  message, -- $rows
  fields -- $rows
FROM scope
SEMI JOIN shown USING (position)
ORDER BY
  scope.ts DESC NULLS LAST, position DESC -- $reverse
  scope.ts NULLS FIRST, position -- $forward
