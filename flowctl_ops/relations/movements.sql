-- What the stats documents that count, or those of an export, say of bindings. A row is one binding or
-- transform of one document, or a derivation's output, whose collection is the derivation's own.
WITH
documents AS NOT MATERIALIZED (
  SELECT position, hour, ns, task, key_begin, r_clock_begin, kind_of(part) AS kind, part, parts
  FROM counted -- $own
  WHERE source IS NULL -- $stored
  FROM exported_documents -- $exported
),
bound AS (
  SELECT * EXCLUDE (parts), unnest(map_entries(parts.capture)) AS binding FROM documents WHERE part = 'capture'
  UNION ALL
  SELECT * EXCLUDE (parts), unnest(map_entries(parts.materialize)) FROM documents WHERE part = 'materialize'
),
transformed AS (
  SELECT * EXCLUDE (parts), unnest(map_entries(parts.derive.transforms)) AS transform FROM documents WHERE part = 'derive'
)
SELECT
  * EXCLUDE (part, binding),
  binding.key AS collection,
  NULL AS transform,
  binding.value."left".docsTotal AS left_docs,
  binding.value."left".bytesTotal AS left_bytes,
  binding.value."right".docsTotal AS right_docs,
  binding.value."right".bytesTotal AS right_bytes,
  binding.value."out".docsTotal AS out_docs,
  binding.value."out".bytesTotal AS out_bytes,
  binding.value.bytesBehind AS bytes_behind,
  binding.value.lastSourcePublishedAt AS last_source_published_at,
  binding.value.lastPublishedAt AS last_published_at
FROM bound
UNION ALL BY NAME
SELECT
  * EXCLUDE (part, transform),
  transform.value.source AS collection,
  transform.key AS transform,
  transform.value."input".docsTotal AS right_docs,
  transform.value."input".bytesTotal AS right_bytes,
  transform.value.bytesBehind AS bytes_behind,
  transform.value.lastSourcePublishedAt AS last_source_published_at
FROM transformed
UNION ALL BY NAME
SELECT
  * EXCLUDE (part, parts),
  task AS collection,
  parts.derive."out".docsTotal AS out_docs,
  parts.derive."out".bytesTotal AS out_bytes,
  parts.derive.lastPublishedAt AS last_published_at
FROM documents
WHERE part = 'derive'
UNION ALL BY NAME -- $stored_bindings
SELECT * -- $stored_bindings
FROM stored_movements -- $stored_bindings
ANTI JOIN uncounted USING (position) -- $stored_bindings
