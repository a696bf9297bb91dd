-- The logs of materialized data that are in the scope of a question and meet its filters, in the shape of
-- `log_messages`; they are counted already. A row is one log.
SELECT
  doc, -- $documents
  TRY_CAST(stream AS file) AS file,
  ns_timestamp(ns) AS ts,
  NULL::UHUGEINT AS key, -- $unmixed
  document_key(v1_number(doc ->> '$._meta.uuid')) AS key, -- $mixed
  level, -- $documents
  CASE
    WHEN false THEN ''
    WHEN ns IS NULL THEN 'untimed' -- $bounded
    WHEN task IS NULL THEN 'nameless' -- $names
    ELSE 'log'
  END AS class,
  is_notable, -- $notable
  number AS rowid,
  file AS source
FROM (
  SELECT
    *,
    is_notable(message_in(doc), doc ->> '$.fields.eventType') AS is_notable -- $notable
  FROM read_parquet($stored_logs, hive_partitioning = false)
)
WHERE true
  AND task BETWEEN $first_task AND $last_task -- $all_named
  AND (task IS NULL OR is_named(task, $names))
  AND coalesce(kind = $kind, false)
  AND (ns IS NULL OR ns >= $since_ns)
  AND (ns IS NULL OR ns < $until_ns)
  $stored_matched
