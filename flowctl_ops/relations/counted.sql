-- The stats documents that count, each once. A row is one document.
SELECT
  messages.*,
  position,
  coalesce(task_by_path(file), task_in_document) AS task,
  coalesce(kind_by_path(file), kind_in_document) AS kind
FROM (SELECT *, position_of(file, rowid) AS position FROM stats_messages) AS messages
ANTI JOIN uncounted USING (position)
WHERE class = 'stats'
  AND wanted
