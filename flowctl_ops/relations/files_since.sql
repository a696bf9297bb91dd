-- The files with logs of a time and later ones; a row is one file.
SELECT enum_code(file) AS place
FROM log_messages
WHERE class = 'log'
  AND ts >= ns_timestamp($since_ns)
GROUP BY file
ORDER BY file
