-- Keeps the bindings of a set of streams for the public views.
INSERT INTO kept_bindings
SELECT
  task,
  kind,
  ns_timestamp(ns) AS ts,
  collection,
  transform,
  TRY_CAST("left".docsTotal AS BIGINT) AS left_docs,
  TRY_CAST("left".bytesTotal AS BIGINT) AS left_bytes,
  TRY_CAST("right".docsTotal AS BIGINT) AS right_docs,
  TRY_CAST("right".bytesTotal AS BIGINT) AS right_bytes,
  TRY_CAST("out".docsTotal AS BIGINT) AS out_docs,
  TRY_CAST("out".bytesTotal AS BIGINT) AS out_bytes,
  bytes_behind,
  ns_timestamp(text_ns(last_source_published_at)) AS last_source_published_at,
  ns_timestamp(text_ns(last_published_at)) AS last_published_at
FROM binding_movements
ORDER BY file, position, transform NULLS LAST, collection;
