-- The columns of Parquet files, read from their ends alone; a row is a column or a part of one.
-- Parts follow their column; `parts` counts those directly below.
SELECT file_name, name, duckdb_type AS type, coalesce(num_children, 0) AS parts
FROM parquet_schema($paths);
