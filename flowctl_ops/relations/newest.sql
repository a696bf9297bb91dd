-- The times of the newest matches of each file, and how many lines of it are no logs; a row is one
-- file. Copies of a document are not yet removed.
SELECT
  file,
  max(ns, $most) FILTER (class = 'log' AND matched) AS newest,
  count(*) FILTER (class IN ('unreadable', 'foreign')) AS bad_lines,
  count(*) FILTER (class = 'untimed') AS untimed
FROM matching_documents
WHERE class <> 'log'
  OR matched
GROUP BY file
ORDER BY file;
