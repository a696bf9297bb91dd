-- From which to which clock the producers of each file of logs reach; a row is one producer in one file.
SELECT enum_code(file)::INTEGER AS place, v1_producer(key) AS producer, min(v1_clock(key)) AS first, max(v1_clock(key)) AS last, false AS pending
FROM log_messages
WHERE class = 'log'
  AND key IS NOT NULL
GROUP BY file, v1_producer(key)
ORDER BY place, producer
