-- What was noticed in the files of stats; a row is a file of which something was.
SELECT
  enum_code(file) AS place,
  count(*) FILTER (class IN ('unreadable', 'foreign')) AS bad_lines,
  count(*) FILTER (class = 'stats' AND ns IS NULL) AS untimed,
  count(*) FILTER (wanted AND task_in_document IS NULL AND enum_code(file) >= $settled AND task_by_path(file) IS NULL) AS nameless,
  count(*) FILTER (loses_counts) AS lossy
FROM (SELECT *, position_of(file, rowid) AS position FROM stats_messages)
ANTI JOIN uncounted USING (position)
WHERE class IN ('unreadable', 'foreign')
  OR (class = 'stats' AND (ns IS NULL OR loses_counts OR (wanted AND task_in_document IS NULL AND enum_code(file) >= $settled)))
GROUP BY file
HAVING bad_lines + untimed + nameless + lossy > 0
ORDER BY file
