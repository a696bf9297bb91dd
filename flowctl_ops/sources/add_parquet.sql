-- Adds the documents of Parquet files.
INSERT INTO table_documents
SELECT doc, path
FROM column_documents($paths, [], $row_since, $row_until)
