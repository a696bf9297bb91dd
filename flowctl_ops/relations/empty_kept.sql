-- What the public views of stats hold, filled set of streams by set of streams.
CREATE OR REPLACE TEMP TABLE kept_stats (
  task VARCHAR,
  kind VARCHAR,
  tenant VARCHAR,
  key_begin VARCHAR,
  r_clock_begin VARCHAR,
  build VARCHAR,
  ts TIMESTAMP_NS,
  txn_count BIGINT,
  open_seconds DOUBLE,
  uptime_seconds DOUBLE,
  usage_rate DOUBLE,
  doc JSON,
  file VARCHAR
);

CREATE OR REPLACE TEMP TABLE kept_bindings (
  task VARCHAR,
  kind VARCHAR,
  ts TIMESTAMP_NS,
  collection VARCHAR,
  transform VARCHAR,
  left_docs BIGINT,
  left_bytes BIGINT,
  right_docs BIGINT,
  right_bytes BIGINT,
  out_docs BIGINT,
  out_bytes BIGINT,
  bytes_behind BIGINT,
  last_source_published_at TIMESTAMP_NS,
  last_published_at TIMESTAMP_NS
);
