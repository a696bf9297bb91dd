-- The files that are read, in journal order. A row is one file; a stream is where documents have an
-- order: a journal, or a file that is no fragment of one.
SELECT unnest($files::STRUCT(file file, shown VARCHAR, task VARCHAR, kind VARCHAR, level VARCHAR, stream INTEGER, is_fragment BOOLEAN)[], recursive := true)
