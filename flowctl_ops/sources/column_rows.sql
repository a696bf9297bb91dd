-- Rows of Parquet files, or of CSV files, as cells; a row is one row. Never of both at once, since one
-- scan would give their columns one type. A column is known in every spelling that sinks and
-- warehouses give it ("shard/name", shard_name, SHARD_NAME); what a file lacks comes from `no_rows`.
-- Cells are text: JSON where documents hold JSON. Bounds on `ts` let the scan pass over row groups.
-- CSV: unquoted nothing is NULL, quoted nothing is empty, as the file materializations write them.
CREATE OR REPLACE TEMP MACRO column_rows(parquet, csv, row_since, row_until) AS TABLE
SELECT
  "ops/path" AS path,
  "ops/document"::VARCHAR AS ops_document,
  "ops/lost"::VARCHAR AS ops_lost,
  json_cell(coalesce(*COLUMNS('(?i)^flow.?document$'))) AS flow_document,
  text_cell(coalesce(*COLUMNS('(?i)^ts$'))) AS ts,
  text_cell(coalesce(*COLUMNS('(?i)^timestamp$'))) AS "timestamp",
  json_cell(coalesce(*COLUMNS('(?i)^.?meta$'))) AS meta,
  text_cell(coalesce(*COLUMNS('(?i)^.?meta.?uuid$'))) AS uuid,
  json_cell(coalesce(*COLUMNS('(?i)^shard$'))) AS shard,
  text_cell(coalesce(*COLUMNS('(?i)^shard.?kind$'))) AS shard_kind,
  text_cell(coalesce(*COLUMNS('(?i)^shard.?name$'))) AS shard_name,
  text_cell(coalesce(*COLUMNS('(?i)^shard.?key.?begin$'))) AS key_begin,
  text_cell(coalesce(*COLUMNS('(?i)^shard.?r.?clock.?begin$'))) AS r_clock_begin,
  text_cell(coalesce(*COLUMNS('(?i)^shard.?build$'))) AS build,
  text_cell(coalesce(*COLUMNS('(?i)^kind$'))) AS kind,
  text_cell(coalesce(*COLUMNS('(?i)^name$'))) AS name,
  text_cell(coalesce(*COLUMNS('(?i)^level$'))) AS level,
  text_cell(coalesce(*COLUMNS('(?i)^message$'))) AS message,
  json_cell(coalesce(*COLUMNS('(?i)^fields$'))) AS fields,
  json_cell(coalesce(*COLUMNS('(?i)^spans$'))) AS spans,
  coalesce(*COLUMNS('(?i)^txn.?count$'))::VARCHAR AS txn_count,
  coalesce(*COLUMNS('(?i)^open.?seconds.?total$'))::VARCHAR AS open_seconds_total,
  json_cell(coalesce(*COLUMNS('(?i)^capture$'))) AS capture,
  json_cell(coalesce(*COLUMNS('(?i)^materialize$'))) AS materialize,
  json_cell(coalesce(*COLUMNS('(?i)^derive$'))) AS derive,
  json_cell(coalesce(*COLUMNS('(?i)^derive.?transforms$'))) AS transforms,
  coalesce(*COLUMNS('(?i)^derive.?out.?docs.?total$'))::VARCHAR AS derive_out_docs,
  coalesce(*COLUMNS('(?i)^derive.?out.?bytes.?total$'))::VARCHAR AS derive_out_bytes,
  coalesce(*COLUMNS('(?i)^derive.?published.?docs.?total$'))::VARCHAR AS derive_published_docs,
  coalesce(*COLUMNS('(?i)^derive.?published.?bytes.?total$'))::VARCHAR AS derive_published_bytes,
  text_cell(coalesce(*COLUMNS('(?i)^derive.?last.?published.?at$'))) AS derive_last_published_at,
  json_cell(coalesce(*COLUMNS('(?i)^interval$'))) AS "interval",
  coalesce(*COLUMNS('(?i)^interval.?uptime.?seconds$'))::VARCHAR AS uptime_seconds,
  coalesce(*COLUMNS('(?i)^interval.?usage.?rate$'))::VARCHAR AS usage_rate,
  text_cell(coalesce(*COLUMNS('(?i)^catalog.?name$'))) AS catalog_name,
  text_cell(coalesce(*COLUMNS('(?i)^grain$'))) AS grain,
  json_cell(coalesce(*COLUMNS('(?i)^stats.?summary$'))) AS stats_summary,
  json_cell(coalesce(*COLUMNS('(?i)^task.?stats$'))) AS task_stats,
  coalesce(*COLUMNS('(?i)^(?:stats.?summary.?written.?by.?me.?docs.?total|docs.?written.?by.?me)$'))::VARCHAR AS docs_written_by_me,
  coalesce(*COLUMNS('(?i)^(?:stats.?summary.?written.?by.?me.?bytes.?total|bytes.?written.?by.?me)$'))::VARCHAR AS bytes_written_by_me,
  coalesce(*COLUMNS('(?i)^(?:stats.?summary.?read.?by.?me.?docs.?total|docs.?read.?by.?me)$'))::VARCHAR AS docs_read_by_me,
  coalesce(*COLUMNS('(?i)^(?:stats.?summary.?read.?by.?me.?bytes.?total|bytes.?read.?by.?me)$'))::VARCHAR AS bytes_read_by_me,
  coalesce(*COLUMNS('(?i)^(?:stats.?summary.?written.?to.?me.?docs.?total|docs.?written.?to.?me)$'))::VARCHAR AS docs_written_to_me,
  coalesce(*COLUMNS('(?i)^(?:stats.?summary.?written.?to.?me.?bytes.?total|bytes.?written.?to.?me)$'))::VARCHAR AS bytes_written_to_me,
  coalesce(*COLUMNS('(?i)^(?:stats.?summary.?read.?from.?me.?docs.?total|docs.?read.?from.?me)$'))::VARCHAR AS docs_read_from_me,
  coalesce(*COLUMNS('(?i)^(?:stats.?summary.?read.?from.?me.?bytes.?total|bytes.?read.?from.?me)$'))::VARCHAR AS bytes_read_from_me,
  coalesce(*COLUMNS('(?i)^(?:stats.?summary.?)?usage.?seconds$'))::VARCHAR AS usage_seconds,
  coalesce(*COLUMNS('(?i)^(?:stats.?summary.?)?warnings$'))::VARCHAR AS warnings,
  coalesce(*COLUMNS('(?i)^(?:stats.?summary.?)?errors$'))::VARCHAR AS errors,
  coalesce(*COLUMNS('(?i)^(?:stats.?summary.?)?failures$'))::VARCHAR AS failures,
  coalesce(*COLUMNS('(?i)^stats.?summary.?txn.?count$'))::VARCHAR AS summary_txn_count,
  text_cell(coalesce(*COLUMNS('(?i)^(?:stats.?summary.?)?last.?published.?at$'))) AS last_published_at
FROM (
  SELECT * FROM no_rows
  UNION ALL BY NAME
  SELECT *
  FROM read_parquet(
    parquet,
    union_by_name = true,
    filename = 'ops/path',
    hive_partitioning = false,
    allow_empty = true
  )
  UNION ALL BY NAME
  SELECT *
  FROM read_csv(
    csv,
    header = true,
    skip = 0,
    all_varchar = true,
    union_by_name = true,
    delim = ',',
    quote = '"',
    escape = '"',
    nullstr = '',
    allow_quoted_nulls = false,
    max_line_size = 16777216,
    buffer_size = 33554432,
    filename = 'ops/path',
    hive_partitioning = false,
    allow_empty = true
  )
)
WHERE (row_since IS NULL OR ts IS NULL OR TRY_CAST(ts AS TIMESTAMPTZ) >= row_since::TIMESTAMPTZ)
  AND (row_until IS NULL OR ts IS NULL OR TRY_CAST(ts AS TIMESTAMPTZ) < row_until::TIMESTAMPTZ);
