-- The files that are read, in journal order: lists that `file` + 1 indexes. A stream is where
-- documents have an order: a journal, or a file that is no fragment of one.
SET VARIABLE file_names = $shown::VARCHAR[];
SET VARIABLE file_tasks = $tasks::VARCHAR[];
SET VARIABLE file_kinds = $kinds::VARCHAR[];
SET VARIABLE file_streams = $streams::INTEGER[];
SET VARIABLE file_fragments = $fragments::BOOLEAN[];
