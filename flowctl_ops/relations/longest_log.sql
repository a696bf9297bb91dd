-- How many bytes the longest document has; a row in all.
SELECT max(strlen(doc)) AS bytes FROM log_documents;
