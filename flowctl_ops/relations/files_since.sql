-- The files with logs, or with logs of a time and later; a row is one file.
SELECT enum_code(file) AS place
FROM log_messages
WHERE class = 'log'
  AND coalesce(ts >= ns_timestamp($since_ns::BIGINT), $since_ns IS NULL)
GROUP BY file
ORDER BY file
