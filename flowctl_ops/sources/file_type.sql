-- The files that are read, in journal order, as a type: a document's file is the path that its reader
-- names, and files compare by their order. What was read of other files before is forgotten.
DROP TABLE IF EXISTS log_messages;
DROP TABLE IF EXISTS stats_messages;
DROP TABLE IF EXISTS read_files;
DROP TYPE IF EXISTS file;
CREATE TYPE file AS ENUM (SELECT unnest($paths::VARCHAR[]));

-- Documents of Parquet and CSV files.
CREATE OR REPLACE TEMP TABLE table_documents (doc JSON, path VARCHAR);
