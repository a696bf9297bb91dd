-- Writes the documents of Flow's own roll-up as they were read: what of them counts depends on all of them.
COPY (
  SELECT
    doc,
    producer,
    clock,
    shown_path(file) AS file,
    ($labels::VARCHAR[])[enum_code(file)::BIGINT + 1] AS stream,
    rowid + ($bases::BIGINT[])[enum_code(file)::BIGINT + 1] AS number
  FROM stats_messages
  WHERE class = 'catalog_stats'
    AND ($open::BOOLEAN[])[enum_code(file)::BIGINT + 1] = $is_open
  ORDER BY stream, number
)
TO $path (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, PARQUET_VERSION v2)
