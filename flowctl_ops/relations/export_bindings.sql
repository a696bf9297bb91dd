-- Adds what an export of Flow's own roll-up says of the bindings of its tasks.
INSERT INTO binding_summaries
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
          "out": {"docsTotal": "UBIGINT", "bytesTotal": "UBIGINT"}
        }
      }'
    ) AS stats
  FROM (SELECT catalog_name, kind, newest_ns, unnest(details) AS detail FROM finest_rows WHERE details IS NOT NULL)
),
movements AS (
  SELECT task, kind, newest_ns, entry.key AS collection, NULL AS transform, entry.value."left" AS "left", entry.value."right" AS "right", entry.value."out" AS "out"
  FROM (SELECT *, unnest(map_entries(coalesce(stats.capture, stats.materialize))) AS entry FROM parsed)
  UNION ALL
  SELECT task, kind, newest_ns, entry.value.source, entry.key, NULL, entry.value."input", NULL
  FROM (SELECT *, unnest(map_entries(stats.derive.transforms)) AS entry FROM parsed)
  UNION ALL
  SELECT task, kind, newest_ns, task, NULL, NULL, NULL, stats.derive."out"
  FROM parsed
  WHERE stats.derive IS NOT NULL
)
SELECT
  task,
  max(kind),
  collection,
  transform,
  sum("left".docsTotal),
  sum("left".bytesTotal),
  sum("right".docsTotal),
  sum("right".bytesTotal),
  sum("out".docsTotal),
  sum("out".bytesTotal),
  max(newest_ns)
FROM movements
GROUP BY task, collection, transform;
