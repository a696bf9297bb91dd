-- Writes rows that lie in a file as JSON, a row a line, as Parquet: each member a column of JSON.
COPY (
  FROM read_json(
    $paths,
    format = 'newline_delimited',
    maximum_depth = 1,
    sample_size = -1,
    ignore_errors = true,
    maximum_object_size = 16777216,
    hive_partitioning = false
  )
) TO $copy (FORMAT parquet);
