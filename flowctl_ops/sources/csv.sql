-- CSV files as rows of columns by Flow's projection names; a row is one row. Unquoted nothing is
-- NULL, quoted nothing is empty, as the file materializations write them.
CREATE OR REPLACE TEMP VIEW column_rows AS
SELECT
  NULL::BIGINT AS file_index,
  NULL::VARCHAR AS "shard/kind",
  NULL::VARCHAR AS "shard/name",
  NULL::VARCHAR AS "shard/keyBegin",
  NULL::VARCHAR AS "shard/rClockBegin",
  NULL::VARCHAR AS "shard/build",
  NULL::VARCHAR AS kind,
  NULL::VARCHAR AS name,
  NULL::VARCHAR AS shard,
  NULL::VARCHAR AS ts,
  NULL::VARCHAR AS level,
  NULL::VARCHAR AS message,
  NULL::VARCHAR AS fields,
  NULL::VARCHAR AS spans,
  NULL::VARCHAR AS flow_document
WHERE false
UNION ALL BY NAME
SELECT *, file_index::BIGINT AS file_index
FROM read_csv(
  getvariable('paths'),
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
  hive_partitioning = false,
  allow_empty = true
);
