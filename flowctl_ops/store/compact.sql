-- Writes the rows of several files of one day or month into one, in journal order by task.
COPY (
  FROM read_parquet($paths, hive_partitioning = false, union_by_name = true)
  ORDER BY task, stream, number -- $by_task
  ORDER BY stream, number -- $by_stream
)
TO $path (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 3, PARQUET_VERSION v2, ROW_GROUP_SIZE 16384)
