-- The public view of logs: a row is one log document, counted once. A document is looked into here, above what
-- a question filters by time and level, and not below, where every log of every stretch would be; for its task not at
-- all where the path of each file says that.
SELECT
  task_by_path(file) AS task, -- $named
  kind_by_path(file) AS kind, -- $named
  tenant_of(task_by_path(file)) AS tenant, -- $named
  coalesce(task_by_path(file), task_in(doc)) AS task, -- $unnamed
  coalesce(kind_by_path(file), shard_in(doc).kind) AS kind, -- $unnamed
  tenant_of(coalesce(task_by_path(file), task_in(doc))) AS tenant, -- $unnamed
  shard_in(doc).keyBegin AS key_begin,
  shard_in(doc).rClockBegin AS r_clock_begin,
  shard_in(doc).build AS build,
  ts,
  level,
  message_in(doc) AS message,
  said_in(doc).fields AS fields,
  doc ->> '$.fields.error' AS error,
  doc::JSON AS doc,
  shown_path(file) AS file, -- $read
  coalesce(source, shown_path(file)) AS file, -- $stored
  position
FROM (SELECT * EXCLUDE (class), position_of(file, rowid) AS position FROM log_messages WHERE class = 'log') AS messages
ANTI JOIN log_copies USING (position)
