-- The stats that count, as they are materialized: a row is one document. `number` is its place in its stream,
-- `committed_at` that of the acknowledgement that committed it.
SELECT
  task,
  kind,
  bucket_of(hour, 'monthly') AS month,
  ($open::BOOLEAN[])[enum_code(file)::BIGINT + 1] AS open,
  key_begin,
  r_clock_begin,
  ns,
  hour,
  part::VARCHAR AS part,
  txn_count::BIGINT AS txn_count, -- $narrow
  docs_read::BIGINT AS docs_read, -- $narrow
  bytes_read::BIGINT AS bytes_read, -- $narrow
  docs_written::BIGINT AS docs_written, -- $narrow
  bytes_written::BIGINT AS bytes_written, -- $narrow
  txn_count::DECIMAL(38, 0) AS txn_count, -- $wide
  docs_read::DECIMAL(38, 0) AS docs_read, -- $wide
  bytes_read::DECIMAL(38, 0) AS bytes_read, -- $wide
  docs_written::DECIMAL(38, 0) AS docs_written, -- $wide
  bytes_written::DECIMAL(38, 0) AS bytes_written, -- $wide
  usage_seconds,
  parts.capture IS NOT NULL AS captures,
  parts.materialize IS NOT NULL AS materializes,
  parts.derive IS NOT NULL AS derives,
  parts.derive.transforms IS NOT NULL AS transforms,
  parts.derive.published.docsTotal::BIGINT AS published_docs, -- $narrow
  parts.derive.published.bytesTotal::BIGINT AS published_bytes, -- $narrow
  parts.derive.published.docsTotal::DECIMAL(38, 0) AS published_docs, -- $wide
  parts.derive.published.bytesTotal::DECIMAL(38, 0) AS published_bytes, -- $wide
  parts.interval IS NOT NULL AS up,
  parts.interval.uptimeSeconds AS uptime_seconds,
  parts.interval.usageRate AS usage_rate,
  detail,
  doc,
  shown_path(file) AS file,
  ($labels::VARCHAR[])[enum_code(file)::BIGINT + 1] AS stream,
  place_of(position) + ($bases::BIGINT[])[code_of(position) + 1] AS number,
  place_of(commit_position) + ($bases::BIGINT[])[code_of(commit_position) + 1] AS committed_at
FROM counted
LEFT JOIN commits USING (position)
