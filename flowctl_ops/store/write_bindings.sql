-- Writes the bindings of one month, in journal order, which is that of tasks and, nearly, of times.
COPY (
  SELECT * EXCLUDE (month, open)
  FROM bindings_to_store
  WHERE open = $is_open
    AND month = $month
    AND month IS NULL -- $timeless
)
TO $path (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 3, PARQUET_VERSION v2, ROW_GROUP_SIZE 16384)
