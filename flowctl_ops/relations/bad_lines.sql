-- The first lines of one file that are no ops document, by their number among its lines that are
-- not blank; a row is one line. Only run for files that have some, since counting keeps the scan to one
-- thread. `$with_bindings` names stats documents whose bindings are lost, which logs do not ask for.
SELECT number, class
FROM (
  SELECT
    number,
    CASE
      WHEN level IS NOT NULL AND ns IS NOT NULL THEN 'log'
      WHEN $with_bindings AND document_class(doc, uuid, has) = 'stats' AND loses_bindings(doc) THEN 'unreadable'
      ELSE document_class(doc, uuid, has)
    END AS class
  FROM (
    SELECT
      *,
      row_number() OVER () AS number,
      CASE WHEN level IS NULL OR ns IS NULL THEN document_members(doc) END AS has
    FROM source_documents
  )
)
WHERE class IN ('unreadable', 'foreign')
ORDER BY number
LIMIT $most;
