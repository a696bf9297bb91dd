-- The first lines of a file that are no ops document, by their number among its lines that are not
-- blank; a row is one line. Only run for files that have some, since counting keeps the scan to one
-- thread. `$with_bindings` names stats documents whose bindings are lost, which logs do not ask for.
SELECT number, class
FROM (
  SELECT
    number,
    CASE
      WHEN is_lenient(doc::VARCHAR) THEN 'unreadable'
      WHEN NOT $with_bindings AND doc ->> '$.level' IS NOT NULL AND text_ns(doc ->> '$.ts') IS NOT NULL THEN 'log'
      WHEN $with_bindings AND document_class(doc, uuid, has) = 'stats' AND loses_bindings(doc) THEN 'unreadable'
      ELSE document_class(doc, uuid, has)
    END AS class
  FROM (
    SELECT doc, doc ->> '$._meta.uuid' AS uuid, members_of(doc) AS has, row_number() OVER () AS number
    FROM json_documents($paths)
  )
)
WHERE class IN ('unreadable', 'foreign')
ORDER BY number
LIMIT $most
