-- Keeps what a question matches of files that each fit into one buffer of the reader, so that one
-- thread reads a file and keeps its order: the few matches are put into journal order afterwards.
-- Keeping order while reading costs as much as reading, where files are many and small.
SET preserve_insertion_order = false;

CREATE OR REPLACE TEMP TABLE unordered_documents AS
SELECT *
FROM matching_documents;

SET preserve_insertion_order = true;

CREATE OR REPLACE TEMP TABLE log_documents AS
SELECT *
FROM unordered_documents
ORDER BY file, rowid;

DROP TABLE unordered_documents;
