-- The public view of logs: a row is one log document, counted once. What nearly every question asks for, its
-- message and fields, is taken from one look at the document; the shard from another, for those who ask.
SELECT
  coalesce(task_by_path(file), task_in(doc)) AS task,
  coalesce(kind_by_path(file), shard.kind) AS kind,
  tenant_of(coalesce(task_by_path(file), task_in(doc))) AS tenant,
  shard.keyBegin AS key_begin,
  shard.rClockBegin AS r_clock_begin,
  shard.build AS build,
  ns_timestamp(nullif(ns, -9223372036854775808)) AS ts,
  level,
  message_of(said) AS message,
  said.fields AS fields,
  doc ->> '$.fields.error' AS error,
  doc::JSON AS doc,
  shown_path(file) AS file,
  position
FROM (
  SELECT
    doc,
    file,
    ns,
    level,
    position_of(file, rowid) AS position,
    json_transform(doc, message_type()) AS said,
    json_transform(doc, '{"shard": {"kind": "VARCHAR", "keyBegin": "VARCHAR", "rClockBegin": "VARCHAR", "build": "VARCHAR"}}').shard AS shard
  FROM log_messages
  WHERE class = 'log'
) AS messages
ANTI JOIN log_copies USING (position)
