-- What an export of Flow's own roll-up says of bindings: a row is one binding or transform of one name
-- and bucket, or a derivation's output. `newest_ns` is the start of the bucket.
CREATE OR REPLACE TEMP VIEW export_movements AS
WITH
parsed AS (
  SELECT
    catalog_name AS task,
    kind,
    newest_ns,
    json_transform(
      detail,
      '{
        "capture": "' || bindings_type() || '",
        "materialize": "' || bindings_type() || '",
        "derive": {
          "transforms": "' || transforms_type() || '",
          "out": {"docsTotal": "UBIGINT", "bytesTotal": "UBIGINT"},
          "lastPublishedAt": "VARCHAR"
        }
      }'
    ) AS stats
  FROM (SELECT catalog_name, kind, newest_ns, unnest(details) AS detail FROM finest_rows WHERE details IS NOT NULL)
)
SELECT
  task,
  kind,
  newest_ns,
  stats.capture IS NULL AS reads,
  entry.key AS collection,
  NULL AS transform,
  entry.value."left" AS "left",
  entry.value."right" AS "right",
  entry.value."out" AS "out",
  entry.value.bytesBehind AS bytes_behind,
  entry.value.lastSourcePublishedAt AS last_source_published_at,
  entry.value.lastPublishedAt AS last_published_at
FROM (SELECT *, unnest(map_entries(coalesce(stats.capture, stats.materialize))) AS entry FROM parsed)
UNION ALL
SELECT
  task, kind, newest_ns, true, entry.value.source, entry.key, NULL, entry.value."input", NULL,
  entry.value.bytesBehind, entry.value.lastSourcePublishedAt, NULL
FROM (SELECT *, unnest(map_entries(stats.derive.transforms)) AS entry FROM parsed)
UNION ALL
SELECT task, kind, newest_ns, false, task, NULL, NULL, NULL, stats.derive."out", NULL, NULL, stats.derive.lastPublishedAt
FROM parsed
WHERE stats.derive IS NOT NULL;
