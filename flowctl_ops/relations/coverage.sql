-- The period that logs in the scope of the question cover, any level; a row in all.
SELECT
  min(ns) FILTER (ns > -9223372036854775807) AS oldest_ns,
  max(ns) FILTER (ns < 9223372036854775807 AND ns > -9223372036854775807) AS newest_ns
FROM matching_documents
WHERE class = 'log';
