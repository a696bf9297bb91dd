-- The public views of stats, as README documents them: what was kept of each set of streams.
CREATE OR REPLACE TEMP VIEW stats AS
SELECT
  task, kind, tenant, key_begin, r_clock_begin, build, ts, txn_count, open_seconds, uptime_seconds, usage_rate, doc, file
FROM kept_stats;

CREATE OR REPLACE TEMP VIEW bindings AS
SELECT
  task, kind, ts, collection, transform, left_docs, left_bytes, right_docs, right_bytes, out_docs, out_bytes,
  bytes_behind, last_source_published_at, last_published_at
FROM kept_bindings;
