-- Reads a set of files to their ends, to learn whether that can be done; a row in all.
SELECT count(*) FROM source_documents WHERE doc IS NULL;
