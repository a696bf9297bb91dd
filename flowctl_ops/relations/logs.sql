-- The public view of logs: a row is one log document, counted once. A document is looked into here, above what
-- a question filters by time and level, and not below, where every log of every stretch would be.
SELECT
  coalesce(task_by_path(file), task_in(doc)) AS task,
  coalesce(kind_by_path(file), shard_in(doc).kind) AS kind,
  tenant_of(coalesce(task_by_path(file), task_in(doc))) AS tenant,
  shard_in(doc).keyBegin AS key_begin,
  shard_in(doc).rClockBegin AS r_clock_begin,
  shard_in(doc).build AS build,
  ns_timestamp(nullif(ns, -9223372036854775808)) AS ts,
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
