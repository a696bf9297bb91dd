-- The tasks that files of no journal speak of, those too of which only Flow's roll-up tells that they did
-- something; a row is one name.
SELECT DISTINCT coalesce(task_in(doc), rolled_up_task(doc)) AS task
FROM documents($json_paths)
FROM table_documents -- $no_json
WHERE json_valid(doc)
  AND coalesce(task_in(doc), rolled_up_task(doc)) IS NOT NULL
ORDER BY task
