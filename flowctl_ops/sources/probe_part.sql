-- Reads all of one part of materialized data, to see whether it can be read.
SELECT count(COLUMNS(*)) FROM read_parquet($path, hive_partitioning = false)
