-- The logs to be written, by the day, whether they are notable and whether their file is open still, which makes a
-- Parquet file, and by task: a row is a task's share of one. Times are those that fit.
SELECT
  day,
  notable,
  open,
  task,
  count(*) AS rows,
  min(ns) FILTER (NOT far_off(ns)) AS oldest,
  max(ns) FILTER (NOT far_off(ns)) AS newest,
  count(*) FILTER (coalesce(far_off(ns), true)) > 0 AS timeless
FROM (
  SELECT
    timestamp_ns(ts) AS ns,
    day_of(timestamp_ns(ts)) AS day,
    is_kept_apart(level, is_notable) AS notable,
    ($open::BOOLEAN[])[enum_code(file)::BIGINT + 1] AS open,
    coalesce(task_by_path(file), task_in(doc)) AS task
  FROM log_messages
  ANTI JOIN log_copies ON position_of(file, log_messages.rowid) = log_copies.position
  WHERE class = 'log'
)
GROUP BY day, notable, open, task
ORDER BY day, notable, open, task
