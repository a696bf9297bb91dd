-- The public views of logs where a statement reads none: their columns, and no row.
CREATE OR REPLACE TEMP VIEW logs AS
SELECT
  NULL::VARCHAR AS task,
  NULL::VARCHAR AS kind,
  NULL::VARCHAR AS tenant,
  NULL::VARCHAR AS key_begin,
  NULL::VARCHAR AS r_clock_begin,
  NULL::VARCHAR AS build,
  NULL::TIMESTAMP_NS AS ts,
  NULL::VARCHAR AS level,
  NULL::VARCHAR AS message,
  NULL::JSON AS fields,
  NULL::VARCHAR AS error,
  NULL::JSON AS doc,
  NULL::VARCHAR AS file
WHERE false;

CREATE OR REPLACE TEMP VIEW failures AS
SELECT task, kind, key_begin, r_clock_begin, ts, error, fields
FROM logs;
