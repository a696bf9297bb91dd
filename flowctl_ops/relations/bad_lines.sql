-- The first lines of one file that are no ops document, by their number among its lines that are
-- not blank; a row is one line. Only run for files that have
-- some, since counting keeps the scan to one thread.
SELECT number, class
FROM (
  SELECT
    row_number() OVER () AS number,
    CASE WHEN level IS NOT NULL AND ns IS NOT NULL THEN 'log' ELSE document_class(doc, uuid) END AS class
  FROM source_documents
)
WHERE class IN ('unreadable', 'foreign')
ORDER BY number
LIMIT $most;
