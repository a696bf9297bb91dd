-- The stats to be written, by the month and whether their file is open still, which makes a Parquet file, and by
-- task: a row is a task's share of one. Times are those that fit.
SELECT
  month,
  open,
  task,
  count(*) AS rows,
  min(ns) FILTER (NOT far_off(ns)) AS oldest,
  max(ns) FILTER (NOT far_off(ns)) AS newest,
  count(*) FILTER (coalesce(far_off(ns), true)) > 0 AS timeless,
  count(detail) > 0 AS odd
FROM stats_to_store
GROUP BY month, open, task
ORDER BY month, open, task
