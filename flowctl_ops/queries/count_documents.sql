-- How many rows what was read has; a row in all.
SELECT count(*) FROM log_documents;
