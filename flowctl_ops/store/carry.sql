-- Writes again what a file holds of some streams.
COPY (
  FROM read_parquet($paths, hive_partitioning = false)
  WHERE list_contains($streams, stream)
)
TO $path (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 3, PARQUET_VERSION v2, ROW_GROUP_SIZE 16384)
