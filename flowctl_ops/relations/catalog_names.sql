-- The names that stats and logs speak of, and whether one is a task's; a row is one name.
SELECT name, bool_or(is_task) AS is_task
FROM summaries
GROUP BY name
ORDER BY name;
