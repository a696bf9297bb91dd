-- The public views over materialized data, in Spark SQL. `parts_logs`, `parts_stats` and `parts_bindings` are its
-- Parquet files, `streams` its streams in journal order, `tasks` the tasks that it speaks of, as the manifest tells
-- them. In the views `exact_…` a time is a BIGINT, nanoseconds since 1970, as far off as can be said where it does not
-- fit, so that none is rounded: Spark's own times have microseconds. The public ones have `ts` for people, and `ns`.

CREATE OR REPLACE TEMPORARY VIEW exact_logs AS
SELECT
  task,
  kind,
  split_part(task, '/', 1) AS tenant,
  get_json_object(doc, '$.shard.keyBegin') AS key_begin,
  get_json_object(doc, '$.shard.rClockBegin') AS r_clock_begin,
  get_json_object(doc, '$.shard.build') AS build,
  ns AS ts,
  level,
  coalesce(get_json_object(doc, '$.message'), get_json_object(doc, '$.msg')) AS message,
  get_json_object(doc, '$.fields') AS fields,
  get_json_object(doc, '$.fields.error') AS error,
  doc,
  file,
  shiftleft(code, 40) + number AS position
FROM parts_logs
JOIN streams USING (stream);

CREATE OR REPLACE TEMPORARY VIEW exact_failures AS
SELECT task, kind, key_begin, r_clock_begin, ts, error, fields
FROM exact_logs
WHERE is_failure(level, message);

CREATE OR REPLACE TEMPORARY VIEW exact_stats AS
SELECT
  task,
  kind,
  split_part(task, '/', 1) AS tenant,
  key_begin,
  r_clock_begin,
  get_json_object(doc, '$.shard.build') AS build,
  ns AS ts,
  txn_count,
  try_cast(get_json_object(doc, '$.openSecondsTotal') AS DOUBLE) AS open_seconds,
  uptime_seconds,
  usage_rate,
  doc,
  file,
  docs_read,
  bytes_read,
  docs_written,
  bytes_written,
  usage_seconds,
  shiftleft(code, 40) + number AS position
FROM parts_stats
JOIN streams USING (stream);

CREATE OR REPLACE TEMPORARY VIEW exact_bindings AS
SELECT
  task,
  kind,
  ns AS ts,
  collection,
  transform,
  left_docs,
  left_bytes,
  right_docs,
  right_bytes,
  out_docs,
  out_bytes,
  bytes_behind,
  text_ns(last_source_published_at) AS last_source_published_at,
  text_ns(last_published_at) AS last_published_at,
  key_begin,
  r_clock_begin,
  shiftleft(code, 40) + number AS position
FROM parts_bindings
JOIN streams USING (stream);

CREATE OR REPLACE TEMPORARY VIEW names AS
SELECT
  catalog_name,
  max(kind) AS kind,
  bool_or(is_task) AS is_task,
  bool_or(is_collection) OR coalesce(max(kind) = 'derivation', false) AS is_collection
FROM (
  SELECT task AS catalog_name, kind, true AS is_task, false AS is_collection FROM tasks
  UNION ALL
  SELECT task, kind, true, false FROM parts_stats
  UNION ALL
  SELECT task, kind, true, false FROM parts_logs
  UNION ALL
  SELECT collection, NULL, false, true FROM parts_bindings WHERE collection <> '' OR transform IS NULL
)
WHERE catalog_name IS NOT NULL
  AND NOT is_prefix(catalog_name)
GROUP BY catalog_name;

-- What relations/binding_sums.sql and roll_up.sql read, and those two, carried over as they stand.
CREATE OR REPLACE TEMPORARY VIEW counted AS
SELECT file, task AS task_in_document, hour, docs_read, bytes_read, docs_written, bytes_written, txn_count, usage_seconds
FROM parts_stats;

CREATE OR REPLACE TEMPORARY VIEW movements AS
SELECT * EXCEPT (number, code, stream), shiftleft(code, 40) + number AS position
FROM parts_bindings
JOIN streams USING (stream);

CREATE OR REPLACE TEMPORARY VIEW binding_sums AS $binding_sums;

CREATE OR REPLACE TEMPORARY VIEW roll_up AS $roll_up;

CREATE OR REPLACE TEMPORARY VIEW exact_catalog_stats AS
SELECT
  catalog_name,
  grain,
  hour_timestamp(bucket) AS ts,
  docs_read_by_me,
  bytes_read_by_me,
  docs_written_by_me,
  bytes_written_by_me,
  docs_read_from_me,
  bytes_read_from_me,
  docs_written_to_me,
  bytes_written_to_me,
  txn_count,
  usage_seconds,
  warnings,
  errors,
  failures,
  text_ns(last_published_at) AS last_published_at,
  summary_object(roll_up) AS summary
FROM roll_up;

CREATE OR REPLACE TEMPORARY VIEW logs AS
SELECT * EXCEPT (ts), ts AS ns, timestamp_of(ts) AS ts FROM exact_logs;

CREATE OR REPLACE TEMPORARY VIEW failures AS
SELECT * EXCEPT (ts), ts AS ns, timestamp_of(ts) AS ts FROM exact_failures;

CREATE OR REPLACE TEMPORARY VIEW stats AS
SELECT * EXCEPT (ts), ts AS ns, timestamp_of(ts) AS ts FROM exact_stats;

CREATE OR REPLACE TEMPORARY VIEW bindings AS
SELECT
  * EXCEPT (ts, last_source_published_at, last_published_at),
  ts AS ns,
  timestamp_of(ts) AS ts,
  timestamp_of(last_source_published_at) AS last_source_published_at,
  timestamp_of(last_published_at) AS last_published_at
FROM exact_bindings;

CREATE OR REPLACE TEMPORARY VIEW catalog_stats AS
SELECT * EXCEPT (ts, last_published_at), timestamp_of(ts) AS ts, timestamp_of(last_published_at) AS last_published_at
FROM exact_catalog_stats;
