-- The public view of stats: a row is one stats document that counts.
SELECT
  task,
  kind,
  tenant_of(task) AS tenant,
  said.shard.keyBegin AS key_begin,
  said.shard.rClockBegin AS r_clock_begin,
  said.shard.build AS build,
  ns_timestamp(ns) AS ts,
  TRY_CAST(txn_count AS BIGINT) AS txn_count, -- $narrow
  txn_count, -- $wide
  TRY_CAST(said.openSecondsTotal AS DOUBLE) AS open_seconds,
  said.interval.uptimeSeconds AS uptime_seconds,
  said.interval.usageRate AS usage_rate,
  doc::JSON AS doc,
  shown_path(file) AS file, -- $read
  coalesce(source, shown_path(file)) AS file, -- $stored
  docs_read::HUGEINT AS docs_read,
  bytes_read::HUGEINT AS bytes_read,
  docs_written::HUGEINT AS docs_written,
  bytes_written::HUGEINT AS bytes_written,
  usage_seconds,
  position
FROM (
  SELECT
    *,
    json_transform(
      doc,
      '{"shard": {"keyBegin": "VARCHAR", "rClockBegin": "VARCHAR", "build": "VARCHAR"}, "openSecondsTotal": "VARCHAR", "interval": {"uptimeSeconds": "DOUBLE", "usageRate": "DOUBLE"}}'
    ) AS said
  FROM counted
)
