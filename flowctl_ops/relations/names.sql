-- The public view of names: a row is a task or a collection that the data speaks of, of any time. A
-- derivation is both.
SELECT
  catalog_name,
  max(kind) AS kind,
  bool_or(is_task) AS is_task,
  bool_or(is_collection) OR coalesce(max(kind) = 'derivation', false) AS is_collection
FROM (
  SELECT unnest($found_tasks::VARCHAR[]) AS catalog_name, unnest($found_kinds::VARCHAR[]) AS kind, true AS is_task, false AS is_collection
  UNION ALL
  SELECT coalesce(task_by_path(file), task_in_document), coalesce(kind_by_path(file), kind_in_document), true, false
  FROM (SELECT DISTINCT file, task_in_document, kind_in_document FROM stats_messages WHERE class = 'stats')
  UNION ALL -- $logs
  SELECT DISTINCT task, kind, true, false FROM logs -- $logs
  UNION ALL -- $bindings
  SELECT DISTINCT collection, NULL, false, true FROM movements WHERE collection <> '' OR transform IS NULL -- $bindings
  UNION ALL -- $exported
  SELECT -- $exported
    catalog_name, kind, coalesce(is_task, false), -- $exported
    docs_read_from_me + bytes_read_from_me + docs_written_to_me + bytes_written_to_me > 0 -- $exported
  FROM exported -- $exported
)
WHERE catalog_name IS NOT NULL
  AND NOT is_prefix(catalog_name)
GROUP BY catalog_name
ORDER BY catalog_name
