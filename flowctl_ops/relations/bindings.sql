-- The public view of bindings: a row is one binding or transform of one stats document, or a derivation's
-- output.
SELECT
  task,
  kind,
  ns_timestamp(ns) AS ts,
  collection,
  transform,
  TRY_CAST(left_docs AS BIGINT) AS left_docs, -- $narrow
  TRY_CAST(left_bytes AS BIGINT) AS left_bytes, -- $narrow
  TRY_CAST(right_docs AS BIGINT) AS right_docs, -- $narrow
  TRY_CAST(right_bytes AS BIGINT) AS right_bytes, -- $narrow
  TRY_CAST(out_docs AS BIGINT) AS out_docs, -- $narrow
  TRY_CAST(out_bytes AS BIGINT) AS out_bytes, -- $narrow
  left_docs, left_bytes, right_docs, right_bytes, out_docs, out_bytes, -- $wide
  bytes_behind,
  ns_timestamp(text_ns(last_source_published_at)) AS last_source_published_at,
  ns_timestamp(text_ns(last_published_at)) AS last_published_at,
  key_begin,
  r_clock_begin,
  position
FROM movements
