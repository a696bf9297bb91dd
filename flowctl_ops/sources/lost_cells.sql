-- Rows with cells that cannot be kept, by file and the columns that they are of; a row is both.
SELECT path, lost, count(*) AS rows
FROM column_documents($parquet, $csv, NULL, NULL)
WHERE lost IS NOT NULL
GROUP BY path, lost
ORDER BY path, lost;
