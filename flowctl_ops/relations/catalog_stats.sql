-- The public view of Flow's roll-up: a row is one name, grain and bucket. Sums are BIGINT, or wider where one
-- does not fit.
SELECT
  catalog_name,
  grain,
  hour_timestamp(bucket) AS ts,
  docs_read_by_me::BIGINT AS docs_read_by_me, -- $narrow
  bytes_read_by_me::BIGINT AS bytes_read_by_me, -- $narrow
  docs_written_by_me::BIGINT AS docs_written_by_me, -- $narrow
  bytes_written_by_me::BIGINT AS bytes_written_by_me, -- $narrow
  docs_read_from_me::BIGINT AS docs_read_from_me, -- $narrow
  bytes_read_from_me::BIGINT AS bytes_read_from_me, -- $narrow
  docs_written_to_me::BIGINT AS docs_written_to_me, -- $narrow
  bytes_written_to_me::BIGINT AS bytes_written_to_me, -- $narrow
  txn_count::BIGINT AS txn_count, -- $narrow
  usage_seconds::BIGINT AS usage_seconds, -- $narrow
  docs_read_by_me, bytes_read_by_me, docs_written_by_me, bytes_written_by_me, -- $wide
  docs_read_from_me, bytes_read_from_me, docs_written_to_me, bytes_written_to_me, -- $wide
  txn_count, -- $wide
  usage_seconds, -- $wide
  warnings::BIGINT AS warnings,
  errors::BIGINT AS errors,
  failures::BIGINT AS failures,
  ns_timestamp(text_ns(last_published_at)) AS last_published_at,
  summary_object(sums)::JSON AS summary,
  detail::JSON AS task_stats, -- $with_details
  NULL::JSON AS task_stats, -- $without_details
FROM roll_up AS sums -- $own
FROM exported_roll_up AS sums -- $exported
LEFT JOIN details USING (catalog_name, grain, bucket) -- $own_details
LEFT JOIN reduced USING (catalog_name, grain, bucket) -- $exported_details
