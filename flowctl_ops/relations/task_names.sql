-- The tasks that files of no journal speak of; a row is one name.
SELECT DISTINCT task_in(doc) AS task
FROM documents($json_paths)
FROM table_documents -- $no_json
WHERE json_valid(doc)
  AND task_in(doc) IS NOT NULL
ORDER BY task
