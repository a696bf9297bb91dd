-- The view `counted_logs`: a row is one log document, counted once. `position` is its place in journal
-- order, `order_ns` its time with unreadable times first.
CREATE OR REPLACE TEMP TABLE repeated_keys AS
SELECT key, min(rowid) AS first_position
FROM log_documents
WHERE key IS NOT NULL
GROUP BY key
HAVING count(*) > 1;

CREATE OR REPLACE TEMP TABLE repetitions AS
SELECT documents.rowid AS position
FROM log_documents AS documents
JOIN repeated_keys AS repeated USING (key)
WHERE documents.rowid > repeated.first_position;

CREATE OR REPLACE TEMP VIEW counted_logs AS
SELECT
  document_task(doc::JSON, file) AS task,
  document_kind(doc::JSON, file) AS kind,
  split_part(document_task(doc::JSON, file), '/', 1) AS tenant,
  doc ->> '$.shard.keyBegin' AS key_begin,
  doc ->> '$.shard.rClockBegin' AS r_clock_begin,
  doc ->> '$.shard.build' AS build,
  ns_timestamp(ns) AS ts,
  doc ->> '$.level' AS level,
  doc ->> '$.message' AS message,
  json_extract(doc, '$.fields') AS fields,
  doc ->> '$.fields.error' AS error,
  doc::JSON AS doc,
  getvariable('file_names')[file + 1] AS file,
  ns AS order_ns,
  documents.rowid AS position,
  matched
FROM log_documents AS documents
ANTI JOIN repetitions ON documents.rowid = repetitions.position
WHERE class = 'log';
