-- The files that are read, in journal order: lists that `file` + 1 indexes.
SET VARIABLE file_names = $shown::VARCHAR[];
SET VARIABLE file_tasks = $tasks::VARCHAR[];
SET VARIABLE file_kinds = $kinds::VARCHAR[];
