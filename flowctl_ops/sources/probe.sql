-- Reads files of JSON lines to their ends, to learn whether that can be done; a row in all.
SELECT count(*) FROM json_documents($paths) WHERE doc IS NULL;
