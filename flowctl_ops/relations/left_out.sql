-- The public view of the documents that were read and do not count: copies, and stats that were rolled back or are
-- not acknowledged. A row is one document.
SELECT
  'logs' AS collection,
  coalesce(task_by_path(file), task_in(doc)) AS task,
  coalesce(kind_by_path(file), shard_in(doc).kind) AS kind,
  ts,
  'copy' AS why,
  shown_path(file) AS file,
  position
FROM (SELECT doc, file, ts, position_of(file, rowid) AS position FROM log_messages WHERE class = 'log') AS messages
SEMI JOIN log_copies USING (position)
UNION ALL
SELECT
  'stats',
  coalesce(task_by_path(file), task_in_document),
  coalesce(kind_by_path(file), kind_in_document),
  ns_timestamp(ns),
  why,
  shown_path(file),
  position
FROM left_out_stats
