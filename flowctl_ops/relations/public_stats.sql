-- The public views of stats, as README documents them. What is committed was decided before; names of
-- tasks and files are written out, since the lists that hold them change with the next reader.
CREATE OR REPLACE TEMP TABLE kept_stats AS
SELECT
  task,
  kind,
  split_part(task, '/', 1) AS tenant,
  doc ->> '$.shard.keyBegin' AS key_begin,
  doc ->> '$.shard.rClockBegin' AS r_clock_begin,
  doc ->> '$.shard.build' AS build,
  ns_timestamp(ns) AS ts,
  TRY_CAST(doc ->> '$.txnCount' AS BIGINT) AS txn_count,
  TRY_CAST(doc ->> '$.openSecondsTotal' AS DOUBLE) AS open_seconds,
  "interval".uptimeSeconds AS uptime_seconds,
  "interval".usageRate AS usage_rate,
  doc::JSON AS doc,
  getvariable('file_names')[file + 1] AS file
FROM counted_stats
ORDER BY counted_stats.file, position;

CREATE OR REPLACE TEMP VIEW stats AS
SELECT
  task, kind, tenant, key_begin, r_clock_begin, build, ts, txn_count, open_seconds, uptime_seconds, usage_rate, doc, file
FROM kept_stats;

CREATE OR REPLACE TEMP TABLE kept_bindings AS
SELECT
  task,
  kind,
  ns_timestamp(ns) AS ts,
  collection,
  transform,
  TRY_CAST("left".docsTotal AS BIGINT) AS left_docs,
  TRY_CAST("left".bytesTotal AS BIGINT) AS left_bytes,
  TRY_CAST("right".docsTotal AS BIGINT) AS right_docs,
  TRY_CAST("right".bytesTotal AS BIGINT) AS right_bytes,
  TRY_CAST("out".docsTotal AS BIGINT) AS out_docs,
  TRY_CAST("out".bytesTotal AS BIGINT) AS out_bytes,
  bytes_behind,
  ns_timestamp(text_ns(last_source_published_at)) AS last_source_published_at,
  ns_timestamp(text_ns(last_published_at)) AS last_published_at
FROM binding_movements
ORDER BY file, position, transform NULLS LAST, collection;

CREATE OR REPLACE TEMP VIEW bindings AS
SELECT
  task, kind, ts, collection, transform, left_docs, left_bytes, right_docs, right_bytes, out_docs, out_bytes,
  bytes_behind, last_source_published_at, last_published_at
FROM kept_bindings;
