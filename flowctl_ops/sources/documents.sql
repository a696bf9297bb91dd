-- Documents of files, whatever their format, as table macros: a row is a line or a row. `doc` is NULL where
-- a line is no JSON; `path` is the file as the reader itself names it.

CREATE OR REPLACE TEMP MACRO json_documents(paths) AS TABLE
SELECT json AS doc, filename AS path
FROM read_ndjson_objects(
  paths,
  ignore_errors = true,
  hive_partitioning = false,
  maximum_object_size = 16777216,
  allow_empty = true,
  filename = true
);

CREATE OR REPLACE TEMP MACRO documents(json_paths) AS TABLE
FROM json_documents(json_paths)
UNION ALL
FROM table_documents;
