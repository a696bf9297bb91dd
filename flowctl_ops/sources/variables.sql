-- Which files the view `source_documents` reads: `places` are theirs in the list of all files.
-- Where they follow each other, `first_place` says so: a list would cost more with each file.
-- `tasks_known` says that the journals of all of them name task and kind.
-- `row_since` and `row_until` bound the rows of files that carry statistics of `ts`.
SET VARIABLE paths = $paths::VARCHAR[];
SET VARIABLE places = $places::BIGINT[];
SET VARIABLE tasks_known = $tasks_known::BOOLEAN;
SET VARIABLE first_place = $first_place::BIGINT;
SET VARIABLE row_since = $row_since;
SET VARIABLE row_until = $row_until;
