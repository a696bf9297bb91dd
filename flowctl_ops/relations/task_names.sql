-- The tasks that files of no journal speak of; a row is one name.
SELECT DISTINCT document_task(doc, file) AS task
FROM source_documents
WHERE document_task(doc, file) IS NOT NULL
ORDER BY task;
