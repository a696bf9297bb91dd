-- The columns of Parquet files, read from their ends alone; a row is one file.
SELECT file_name, list(name)
FROM parquet_schema($paths)
GROUP BY file_name;
