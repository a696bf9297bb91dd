-- What was noticed in a set of streams; a row is a file of which something was.
WITH noticed AS (
  SELECT
    file,
    class IN ('unreadable', 'foreign') AS is_bad,
    ns IS NULL AS is_untimed,
    wanted AND task_in_document IS NULL AND getvariable('file_tasks')[file + 1] IS NULL AS is_nameless
  FROM stats_messages AS messages
  ANTI JOIN uncounted ON messages.rowid = uncounted.position
  WHERE class IN ('unreadable', 'foreign')
    OR (class = 'stats' AND ns IS NULL)
    OR (
      NOT getvariable('tasks_known')::BOOLEAN AND class = 'stats' AND task_in_document IS NULL
      AND getvariable('file_tasks')[file + 1] IS NULL
    )
)
SELECT
  file,
  count(*) FILTER (is_bad) AS bad_lines,
  count(*) FILTER (is_untimed AND NOT is_bad) AS untimed,
  count(*) FILTER (is_nameless) AS nameless
FROM noticed
GROUP BY file
HAVING bad_lines > 0 OR untimed > 0 OR nameless > 0
ORDER BY file;
