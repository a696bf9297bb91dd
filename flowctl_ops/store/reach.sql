-- From when to when the stats of each task reach that were read, whatever counts of them, in ns; of what is of no
-- task, too. A row is one task.
SELECT coalesce(task_by_path(file), task_in_document) AS task, min(ns) AS oldest, max(ns) AS newest
FROM stats_messages
WHERE NOT far_off(ns)
  AND (wanted OR class = 'catalog_stats')
GROUP BY task
ORDER BY task
