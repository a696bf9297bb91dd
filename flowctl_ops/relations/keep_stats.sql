-- Keeps the counted stats of a set of streams for the public views. Names of tasks and files are written
-- out, since the lists that hold them change with the next reader.
INSERT INTO kept_stats
SELECT
  task,
  kind,
  split_part(task, '/', 1) AS tenant,
  said[1] AS key_begin,
  said[2] AS r_clock_begin,
  said[3] AS build,
  ns_timestamp(ns) AS ts,
  TRY_CAST(said[4] AS BIGINT) AS txn_count,
  TRY_CAST(said[5] AS DOUBLE) AS open_seconds,
  "interval".uptimeSeconds AS uptime_seconds,
  "interval".usageRate AS usage_rate,
  doc::JSON AS doc,
  getvariable('file_names')[file + 1] AS file
FROM (
  SELECT
    *,
    json_extract_string(
      doc, ['$.shard.keyBegin', '$.shard.rClockBegin', '$.shard.build', '$.txnCount', '$.openSecondsTotal']
    ) AS said
  FROM counted_stats
) AS counted
ORDER BY counted.file, position;
