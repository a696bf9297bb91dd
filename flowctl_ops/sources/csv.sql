-- CSV files as rows of columns by Flow's projection names; a row is one row. Unquoted nothing is
-- NULL, quoted nothing is empty, as the file materializations write them.
CREATE OR REPLACE TEMP VIEW column_rows AS
SELECT * FROM no_rows
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
