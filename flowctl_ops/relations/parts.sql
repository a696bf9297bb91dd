-- What the stats documents that count say of bindings and collections. A row is one binding or
-- transform of one document, or a derivation's output.
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
