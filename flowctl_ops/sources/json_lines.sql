-- JSON lines as documents: a row is one line that is not blank; `doc` is NULL where it is not JSON.
CREATE OR REPLACE TEMP VIEW source_documents AS
SELECT
  doc,
  place_of_file(file_index) AS file,
  head[1] AS level,
  text_ns(head[2]) AS ns,
  head[3] AS uuid
FROM (
  SELECT
    json AS doc,
    file_index,
    json_extract_string(json, ['$.level', '$.ts', '$._meta.uuid']) AS head
  FROM read_ndjson_objects(
    getvariable('paths'),
    ignore_errors = true,
    hive_partitioning = false,
    maximum_object_size = 16777216,
    allow_empty = true
  )
);
