-- Adds what a further set of files, of another format, holds of what a question matches.
INSERT INTO log_documents
SELECT *
FROM matching_documents;
