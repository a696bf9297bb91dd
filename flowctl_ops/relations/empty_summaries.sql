-- Sums by name and slot of time, filled set of streams by set of streams; a row is a part of a sum.
CREATE OR REPLACE TEMP TABLE summaries (
  name VARCHAR,
  is_task BOOLEAN,
  kind VARCHAR,
  slot BIGINT,
  docs_read_by_me HUGEINT,
  bytes_read_by_me HUGEINT,
  docs_written_by_me HUGEINT,
  bytes_written_by_me HUGEINT,
  docs_read_from_me HUGEINT,
  bytes_read_from_me HUGEINT,
  docs_written_to_me HUGEINT,
  bytes_written_to_me HUGEINT,
  txn_count HUGEINT,
  usage_seconds HUGEINT,
  warnings BIGINT,
  errors BIGINT,
  failures BIGINT,
  last_published_at VARCHAR,
  newest_ns BIGINT
);

-- Tasks that the data names, of whatever time.
CREATE OR REPLACE TEMP TABLE known_tasks (name VARCHAR, kind VARCHAR);

-- Sums by binding, of the whole window.
CREATE OR REPLACE TEMP TABLE binding_summaries (
  task VARCHAR,
  kind VARCHAR,
  collection VARCHAR,
  transform VARCHAR,
  left_docs HUGEINT,
  left_bytes HUGEINT,
  right_docs HUGEINT,
  right_bytes HUGEINT,
  out_docs HUGEINT,
  out_bytes HUGEINT,
  newest_ns BIGINT
);

-- What the roll-up keeps of a task's own documents, by grain and bucket, as JSON.
CREATE OR REPLACE TEMP TABLE task_details (
  task VARCHAR,
  grain VARCHAR,
  bucket BIGINT,
  batch BIGINT,
  detail VARCHAR
);

-- Documents of Flow's own roll-up, and the producers seen in each set of streams.
CREATE OR REPLACE TEMP TABLE catalog_exports (doc VARCHAR, key UHUGEINT);
CREATE OR REPLACE TEMP TABLE seen_producers (batch BIGINT, producer BIGINT);

-- The files that hold stats documents at all, of any time and task.
CREATE OR REPLACE TEMP TABLE seen_stats (batch BIGINT);
