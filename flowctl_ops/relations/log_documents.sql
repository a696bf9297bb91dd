-- Keeps what a question matches, in journal order: `rowid` is the place of a document in it.
-- Making the table of the query reads with every core; inserting into one that is there, with one.
CREATE OR REPLACE TEMP TABLE log_documents AS
SELECT *
FROM matching_documents;
