-- What the stats that count say of bindings, as it is materialized: a row is one binding or transform of one
-- document, or a derivation's output.
SELECT
  task,
  kind,
  bucket_of(hour, 'monthly') AS month,
  ($open::BOOLEAN[])[code_of(position) + 1] AS open,
  ns,
  hour,
  collection,
  transform,
  left_docs::$count AS left_docs,
  left_bytes::$count AS left_bytes,
  right_docs::$count AS right_docs,
  right_bytes::$count AS right_bytes,
  out_docs::$count AS out_docs,
  out_bytes::$count AS out_bytes,
  bytes_behind,
  last_source_published_at,
  last_published_at,
  key_begin,
  r_clock_begin,
  ($labels::VARCHAR[])[code_of(position) + 1] AS stream,
  place_of(position) + ($bases::BIGINT[])[code_of(position) + 1] AS number
FROM movements
