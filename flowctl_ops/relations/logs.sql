-- The public view of logs: a row is one log document, counted once.
SELECT
  coalesce(task_by_path(file), task_in(doc)) AS task,
  coalesce(kind_by_path(file), said.shard.kind) AS kind,
  tenant_of(coalesce(task_by_path(file), task_in(doc))) AS tenant,
  said.shard.keyBegin AS key_begin,
  said.shard.rClockBegin AS r_clock_begin,
  said.shard.build AS build,
  ns_timestamp(nullif(ns, -9223372036854775808)) AS ts,
  coalesce(said.level, level_by_path(file)) AS level,
  message_in(doc) AS message,
  json_extract(doc, '$.fields') AS fields,
  doc ->> '$.fields.error' AS error,
  doc::JSON AS doc,
  shown_path(file) AS file,
  position
FROM (
  SELECT
    doc,
    file,
    ns,
    position_of(file, rowid) AS position,
    json_transform(doc, '{"level": "VARCHAR", "shard": {"kind": "VARCHAR", "keyBegin": "VARCHAR", "rClockBegin": "VARCHAR", "build": "VARCHAR"}}') AS said
  FROM log_messages
  WHERE class = 'log'
) AS messages
ANTI JOIN log_copies USING (position)
