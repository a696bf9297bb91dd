-- What was noticed in the files of logs; a row is a file of which something was.
SELECT
  enum_code(file) AS place,
  count(*) FILTER (class IN ('unreadable', 'foreign')) AS bad_lines,
  count(*) FILTER (class = 'untimed') AS untimed,
  count(*) FILTER (class = 'nameless') AS nameless
FROM log_messages
WHERE class <> 'log'
GROUP BY file
ORDER BY file
