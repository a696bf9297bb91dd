-- The rows of `ops logs` with the lines around them; a window of time is one of matches.
WITH
scope AS (
  SELECT *, row_number() OVER () AS place
  FROM logs
  WHERE true
$scope
),
matches AS (
  SELECT
    *,
    true
$match
    AS matched
  FROM scope
),
newest AS (
  SELECT
    *,
    matched
    AND count(*) FILTER (matched) OVER (ORDER BY ts DESC NULLS LAST, place DESC ROWS UNBOUNDED PRECEDING) <= $tail
    AS wanted
  FROM matches
),
surrounded AS (
  SELECT
    *,
    bool_or(wanted) OVER (
      PARTITION BY task
      ORDER BY ts NULLS FIRST, place
      ROWS BETWEEN $after PRECEDING AND $before FOLLOWING
    ) AS shown
  FROM newest
)
SELECT ts, level, kind, task, message, fields
FROM surrounded
WHERE shown
ORDER BY
  ts DESC NULLS LAST, place DESC, -- $reverse
  ts NULLS FIRST, place
