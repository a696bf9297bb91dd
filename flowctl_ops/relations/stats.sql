-- The stats documents that count, and what they say of tasks, bindings and collections.
CREATE OR REPLACE TEMP VIEW counted_stats AS
SELECT
  messages.rowid AS position,
  file,
  task_in_document,
  kind_in_document,
  file_task(file, task_in_document) AS task,
  file_kind(file, kind_in_document) AS kind,
  ns,
  hour,
  coalesce(txn_count, 0) AS txn_count,
  open_seconds,
  CASE
    WHEN capture IS NOT NULL THEN 'capture'
    WHEN materialize IS NOT NULL THEN 'materialize'
    WHEN derive IS NOT NULL THEN 'derive'
    WHEN "interval" IS NOT NULL THEN 'interval'
  END AS part,
  capture,
  materialize,
  derive,
  "interval",
  detail,
  shard,
  doc
FROM stats_messages AS messages
ANTI JOIN uncounted ON messages.rowid = uncounted.position
WHERE class = 'stats'
  AND wanted;

-- A row is what one document says of its task.
CREATE OR REPLACE TEMP VIEW task_movements AS
SELECT
  file,
  task_in_document,
  kind_in_document,
  ns,
  hour,
  txn_count,
  CASE part
    WHEN 'capture' THEN sum_of(list_transform(map_values(capture), lambda binding: binding."out".docsTotal))
    WHEN 'derive' THEN coalesce(derive."out".docsTotal, 0)
    ELSE 0
  END AS docs_written,
  CASE part
    WHEN 'capture' THEN sum_of(list_transform(map_values(capture), lambda binding: binding."out".bytesTotal))
    WHEN 'derive' THEN coalesce(derive."out".bytesTotal, 0)
    ELSE 0
  END AS bytes_written,
  CASE part
    WHEN 'materialize' THEN sum_of(list_transform(map_values(materialize), lambda binding: binding."right".docsTotal))
    WHEN 'derive' THEN sum_of(list_transform(map_values(derive.transforms), lambda transform: transform."input".docsTotal))
    ELSE 0
  END AS docs_read,
  CASE part
    WHEN 'materialize' THEN sum_of(list_transform(map_values(materialize), lambda binding: binding."right".bytesTotal))
    WHEN 'derive' THEN sum_of(list_transform(map_values(derive.transforms), lambda transform: transform."input".bytesTotal))
    ELSE 0
  END AS bytes_read,
  CASE
    WHEN part = 'interval' AND isfinite("interval".uptimeSeconds * "interval".usageRate)
      THEN floor("interval".uptimeSeconds * "interval".usageRate + 0.5)::HUGEINT
    ELSE 0
  END AS usage_seconds
FROM counted_stats;

-- A row is one binding or transform of one document, or a derivation's output.
CREATE OR REPLACE TEMP VIEW binding_movements AS
SELECT
  position,
  file,
  task,
  kind,
  ns,
  hour,
  shard,
  part,
  entry.key AS collection,
  NULL::VARCHAR AS transform,
  entry.value."left" AS "left",
  entry.value."right" AS "right",
  entry.value."out" AS "out",
  entry.value.bytesBehind AS bytes_behind,
  entry.value.lastSourcePublishedAt AS last_source_published_at,
  entry.value.lastPublishedAt AS last_published_at
FROM (
  SELECT *, unnest(map_entries(CASE part WHEN 'capture' THEN capture WHEN 'materialize' THEN materialize END)) AS entry
  FROM counted_stats
)
UNION ALL
SELECT
  position,
  file,
  task,
  kind,
  ns,
  hour,
  shard,
  part,
  entry.value.source,
  entry.key,
  NULL,
  entry.value."input",
  NULL,
  entry.value.bytesBehind,
  entry.value.lastSourcePublishedAt,
  NULL
FROM (
  SELECT *, unnest(map_entries(derive.transforms)) AS entry
  FROM counted_stats
  WHERE part = 'derive'
)
UNION ALL
SELECT position, file, task, kind, ns, hour, shard, part, task, NULL, NULL, NULL, derive."out", NULL, NULL, derive.lastPublishedAt
FROM counted_stats
WHERE part = 'derive';
