-- The stats of materialized data that a question is about, in the shape of `stats_messages`. They are counted
-- already: no flags, no acknowledgement. Their bindings lie in parts of their own, so that what is told here of
-- them is whether there are any; but for tasks of which a document says more, whose documents are reduced one by
-- one. A row is one document, or where no more is asked for, a task's day of them.
SELECT
  TRY_CAST(stream AS file) AS file,
  'stats' AS class,
  NULL::BIGINT AS producer, -- $unmixed
  NULL::UBIGINT AS clock, -- $unmixed
  v1_producer(v1_number(doc ->> '$._meta.uuid')) AS producer, -- $mixed
  v1_clock(v1_number(doc ->> '$._meta.uuid')) AS clock, -- $mixed
  ns,
  hour,
  true AS wanted,
  task AS task_in_document,
  kind AS kind_in_document,
  part,
  txn_count::HUGEINT AS txn_count,
  docs_written::HUGEINT AS docs_written,
  bytes_written::HUGEINT AS bytes_written,
  docs_read::HUGEINT AS docs_read,
  bytes_read::HUGEINT AS bytes_read,
  usage_seconds::BIGINT AS usage_seconds,
  false AS loses_counts,
  CASE WHEN task IN (SELECT task FROM read_parquet($stored_stats) WHERE detail IS NOT NULL) THEN json_transform(doc, '{' || parts_type() || '}') ELSE -- $odd
  { -- $bindings
    'capture': CASE WHEN captures THEN MAP {} END, -- $bindings
    'materialize': CASE WHEN materializes THEN MAP {} END, -- $bindings
    'derive': CASE WHEN derives THEN { -- $bindings
      'transforms': CASE WHEN transforms THEN MAP {} END, -- $bindings
      'published': {'docsTotal': published_docs::HUGEINT, 'bytesTotal': published_bytes::HUGEINT}, -- $bindings
      'out': NULL, -- $bindings
      'lastPublishedAt': NULL -- $bindings
    } END, -- $bindings
    'interval': CASE WHEN up THEN {'uptimeSeconds': uptime_seconds, 'usageRate': usage_rate} END -- $bindings
  } -- $bindings
  END -- $odd
  AS parts, -- $bindings
  key_begin, -- $bindings
  r_clock_begin, -- $bindings
  detail, -- $details
  doc, -- $documents
  number AS rowid,
  file AS source,
  committed_at
FROM read_parquet($stored_stats, hive_partitioning = false, union_by_name = true)
WHERE true
  AND task BETWEEN $first_task AND $last_task
  AND is_named(task, $names)
  AND coalesce(kind = $kind, false)
  AND ns >= $since_ns
  AND ns < $until_ns
