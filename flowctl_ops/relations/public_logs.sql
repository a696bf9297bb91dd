-- The public views of logs, as README documents them: rows are in journal order.
CREATE OR REPLACE TEMP VIEW logs AS
SELECT task, kind, tenant, key_begin, r_clock_begin, build, ts, level, message, fields, error, doc, file
FROM counted_logs;

CREATE OR REPLACE TEMP VIEW failures AS
SELECT task, kind, key_begin, r_clock_begin, ts, error, fields
FROM counted_logs
WHERE level = 'error'
  AND message = 'shard failed';
