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
  left_docs::BIGINT AS left_docs, -- $narrow
  left_bytes::BIGINT AS left_bytes, -- $narrow
  right_docs::BIGINT AS right_docs, -- $narrow
  right_bytes::BIGINT AS right_bytes, -- $narrow
  out_docs::BIGINT AS out_docs, -- $narrow
  out_bytes::BIGINT AS out_bytes, -- $narrow
  left_docs::DECIMAL(38, 0) AS left_docs, -- $wide
  left_bytes::DECIMAL(38, 0) AS left_bytes, -- $wide
  right_docs::DECIMAL(38, 0) AS right_docs, -- $wide
  right_bytes::DECIMAL(38, 0) AS right_bytes, -- $wide
  out_docs::DECIMAL(38, 0) AS out_docs, -- $wide
  out_bytes::DECIMAL(38, 0) AS out_bytes, -- $wide
  bytes_behind,
  last_source_published_at,
  last_published_at,
  key_begin,
  r_clock_begin,
  ($labels::VARCHAR[])[code_of(position) + 1] AS stream,
  place_of(position) + ($bases::BIGINT[])[code_of(position) + 1] AS number
FROM movements
