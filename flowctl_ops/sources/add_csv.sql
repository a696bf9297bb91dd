-- Adds the documents of CSV files.
INSERT INTO table_documents
SELECT doc, path
FROM column_documents([], $paths, NULL, NULL)
