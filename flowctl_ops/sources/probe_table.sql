-- Reads a Parquet or CSV file to its end, to learn whether that can be done; a row in all.
SELECT count(doc) FROM column_documents($parquet, $csv, NULL, NULL)
