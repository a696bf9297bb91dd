-- The tasks that documents speak of where no path does; a row is one task.
SELECT task, max(kind) AS kind
FROM (
  SELECT task_in(doc) AS task, shard_in(doc).kind AS kind
  FROM log_messages
  WHERE class = 'log'
    AND task_by_path(file) IS NULL
  UNION ALL
  SELECT task_in_document, kind_in_document
  FROM stats_messages
  WHERE class = 'stats'
    AND task_by_path(file) IS NULL
)
WHERE task IS NOT NULL
GROUP BY task
ORDER BY task
