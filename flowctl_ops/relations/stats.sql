-- The stats documents that count.
CREATE OR REPLACE TEMP VIEW counted_stats AS
SELECT
  messages.*,
  messages.rowid AS position,
  file_task(file, task_in_document) AS task,
  file_kind(file, kind_in_document) AS kind
FROM stats_messages AS messages
ANTI JOIN uncounted ON messages.rowid = uncounted.position
WHERE class = 'stats'
  AND wanted;
