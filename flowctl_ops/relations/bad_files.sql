-- How many lines of each file are no ops document, and how many logs have no readable time; a row
-- is one file.
SELECT
  file,
  count(*) FILTER (class IN ('unreadable', 'foreign')) AS bad_lines,
  count(*) FILTER (class = 'untimed') AS untimed
FROM log_documents
WHERE class <> 'log'
GROUP BY file
ORDER BY file;
