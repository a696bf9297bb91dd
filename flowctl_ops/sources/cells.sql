-- Cells of Parquet and CSV files: what they are called, and what of them goes into a document.

-- Bytes as the text that they are, if they are UTF-8: some writers do not say which are. (A cast to
-- text and back is there for the types that it is bound for and never run on.)
CREATE OR REPLACE TEMP MACRO text_of_bytes(value) AS TRY(decode(value::VARCHAR::BLOB));

-- A column that holds text in documents, as text. Its type is known before a row is read, so that
-- one of the branches is all that runs.
CREATE OR REPLACE TEMP MACRO text_cell(value) AS
  CASE
    WHEN typeof(value) = 'VARCHAR' THEN value::VARCHAR
    WHEN typeof(value) = 'BLOB' THEN text_of_bytes(value)
    ELSE to_json(value) ->> '$'
  END;

-- A column that holds JSON in documents, as the text of it. A STRUCT has all members in every row:
-- what is NULL in it says nothing.
CREATE OR REPLACE TEMP MACRO json_cell(value) AS
  CASE
    WHEN typeof(value) IN ('VARCHAR', 'JSON') THEN value::VARCHAR
    WHEN typeof(value) = 'BLOB' THEN text_of_bytes(value)
    WHEN starts_with(typeof(value), 'STRUCT(') OR starts_with(typeof(value), 'MAP(')
      THEN json_merge_patch('{' || '}', to_json(value))::VARCHAR
    ELSE to_json(value)::VARCHAR
  END;

-- Whether a cell says nothing: NULL as it is, and as tools write it.
CREATE OR REPLACE TEMP MACRO says_nothing(cell) AS
  cell IS NULL
  OR (strlen(cell) < 7 AND lower(trim(cell)) IN ('', '{' || '}', '[]', 'null', 'none', 'nan', '<na>', '\n'));

-- The JSON object in a cell; NULL if it holds none. As some writers have it, a map is a list of
-- entries, or the whole is a string.
CREATE OR REPLACE TEMP MACRO object_cell(cell) AS
  CASE
    WHEN starts_with(cell, '{') THEN CASE WHEN json_valid(cell) THEN cell END
    WHEN NOT json_valid(cell) THEN NULL
    WHEN starts_with(ltrim(cell, E' \t\r\n'), '{') THEN cell
    WHEN json_type(cell) = 'ARRAY' THEN object_of_entries(json_extract(cell, '$[*]'))
    WHEN json_type(cell) = 'VARCHAR' AND json_valid(cell ->> '$') AND json_type(cell ->> '$') = 'OBJECT'
      THEN cell ->> '$'
  END;

-- The same of a cell that decides what a document is: an empty object decides nothing.
CREATE OR REPLACE TEMP MACRO part_cell(cell) AS
  CASE WHEN NOT says_nothing(cell) THEN object_cell(cell) END;

CREATE OR REPLACE TEMP MACRO object_of_entries(entries) AS
  CASE
    WHEN list_bool_and(list_transform(entries, lambda entry: len(json_keys(entry)) = 2 AND json_exists(entry, '$.key') AND json_exists(entry, '$.value')))
      THEN '{' || array_to_string(list_transform(entries, lambda entry: to_json(entry ->> '$.key') || ':' || json_extract(entry, '$.value')), ',') || '}'
  END;

-- The JSON array in a cell; NULL if it holds none.
CREATE OR REPLACE TEMP MACRO array_cell(cell) AS
  CASE WHEN NOT says_nothing(cell) AND json_valid(cell) AND json_type(cell) = 'ARRAY' THEN cell END;

-- The number in a cell as JSON; NULL if it holds none.
CREATE OR REPLACE TEMP MACRO number_cell(cell) AS
  CASE WHEN isfinite(TRY_CAST(cell AS DOUBLE)) AND json_valid(cell) THEN cell END;

-- The name of a column whose cell says something of which nothing is kept.
CREATE OR REPLACE TEMP MACRO lost(name, cell, kept) AS
  CASE WHEN kept IS NULL AND NOT says_nothing(cell) THEN name END;

-- A time stamp's text as RFC 3339, whether the engine or the file wrote it.
CREATE OR REPLACE TEMP MACRO time_cell(cell) AS
  CASE
    WHEN regexp_full_match(cell, '\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?\+00') THEN
      replace(cell[:-4], ' ', 'T') || 'Z'
    WHEN regexp_full_match(cell, '\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?') THEN
      replace(cell, ' ', 'T') || 'Z'
    ELSE cell
  END;

-- Counts as a document has them; NULL where there are none.
CREATE OR REPLACE TEMP MACRO counts_of(docs, bytes) AS
  CASE
    WHEN coalesce(docs, bytes) IS NOT NULL
      THEN '{' || concat_ws(',', '"docsTotal":' || docs, '"bytesTotal":' || bytes) || '}'
  END;

-- What a folder of the path says by `key=value`, encoded once or twice; NULL if none does.
CREATE OR REPLACE TEMP MACRO path_value(path, key) AS
  nullif(url_decode(url_decode(regexp_extract(path, '/' || key || '=([^/]+)/', 1))), '');
