-- Which names are tasks', as a part of a printed statement.
tasks AS (
  SELECT task, max(kind) AS kind
  FROM (SELECT task, kind FROM stats UNION ALL SELECT task, kind FROM logs WHERE level IN ('warn', 'error'))
  GROUP BY task
),
