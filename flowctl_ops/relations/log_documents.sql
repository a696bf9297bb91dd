-- Keeps what a question matches, in journal order: `rowid` is the place of a document in it.
INSERT INTO log_documents BY NAME
SELECT doc::VARCHAR AS doc, file, ns, key, class, matched
FROM matching_documents
WHERE class <> 'log'
  OR matched
  OR getvariable('keep_unmatched')::BOOLEAN;
