-- The names that the data speaks of, and whether one is a task's; a row is one name.
SELECT catalog_name, is_task
FROM names
UNION
SELECT unnest(prefixes_of(catalog_name)), false
FROM names
ORDER BY catalog_name
