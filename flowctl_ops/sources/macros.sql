-- Facts about one document, as macros that the views share.

-- The place of a file in the list of all files, by its number in the scan.
CREATE OR REPLACE TEMP MACRO place_of_file(file_index) AS
  CASE WHEN getvariable('first_place')::BIGINT IS NULL THEN getvariable('places')[(file_index + 1)::BIGINT]
    ELSE getvariable('first_place')::BIGINT + file_index::BIGINT END;

-- Rank 1 (error) to 5 (trace). What is outside Flow's five levels, or missing, must never be hidden.
CREATE OR REPLACE TEMP MACRO level_rank(level) AS
  CASE level WHEN 'info' THEN 3 WHEN 'debug' THEN 4 WHEN 'warn' THEN 2 WHEN 'trace' THEN 5 ELSE 1 END;

-- Nanoseconds since the Unix epoch of a date-time text, its offset honoured; NULL if it is none.
-- Years that do not fit come before or after everything that does.
CREATE OR REPLACE TEMP MACRO text_ns(ts) AS
  coalesce(
    epoch_ns(TRY_CAST(ts AS TIMESTAMPTZ_NS)),
    epoch_ns(TRY_CAST(upper(ts) AS TIMESTAMPTZ_NS)),
    (2 * (TRY_CAST(ts AS TIMESTAMPTZ) >= TIMESTAMPTZ '1970-01-01 00:00:00+00')::BIGINT - 1) * 9223372036854775807
  );

-- The time of a column that holds a time stamp, or its text where a writer was told to cast it.
CREATE OR REPLACE TEMP MACRO ns_timestamp(ns) AS
  CASE WHEN ns BETWEEN -9223372036854775806 AND 9223372036854775806 THEN make_timestamp_ns(ns) END;

-- A v1 UUID holds a producer, a clock and flags; other texts say nothing.
CREATE OR REPLACE TEMP MACRO is_v1(uuid) AS
  coalesce(
    length(uuid) = 36 AND substr(uuid, 15, 1) = '1' AND TRY_CAST(uuid AS UUID) IS NOT NULL, false
  );

CREATE OR REPLACE TEMP MACRO uuid_flags(uuid) AS
  CASE WHEN is_v1(uuid) THEN TRY_CAST('0x' || substr(uuid, 20, 4) AS INTEGER) & 1023 END;

-- Acknowledgements (2) and control documents (others) are never data, whatever they look like.
CREATE OR REPLACE TEMP MACRO is_data(uuid) AS coalesce(uuid_flags(uuid), 0) IN (0, 1);

-- Producer and clock of a document as one value: the UUID without its flags. NULL where a document
-- cannot be told from its copies: no v1 UUID, or a clock that was never set.
CREATE OR REPLACE TEMP MACRO document_key(uuid) AS
  CASE
    WHEN NOT is_v1(uuid) THEN NULL
    WHEN substr(uuid, 1, 19) = '00000000-0000-1000-'
      AND (TRY_CAST('0x' || substr(uuid, 20, 4) AS INTEGER) & 15360) = 0 THEN NULL
    WHEN uuid_flags(uuid) = 0 THEN TRY_CAST(uuid AS UUID)
    ELSE TRY_CAST(
      substr(uuid, 1, 19) || to_hex(TRY_CAST('0x' || substr(uuid, 20, 4) AS INTEGER) & 64512)
      || substr(uuid, 24) AS UUID
    )
  END;

-- Whether an object of bindings has a name twice, so that it is no map.
CREATE OR REPLACE TEMP MACRO loses_bindings(doc, path) AS
  json_type(doc, path) = 'OBJECT' AND json_transform(json_extract(doc, path), '"MAP(VARCHAR, JSON)"') IS NULL;

-- What a JSON document is. Only asked where `level` and `ts` do not say it already.
CREATE OR REPLACE TEMP MACRO document_class(doc, uuid) AS
  CASE
    WHEN doc IS NULL THEN 'unreadable'
    WHEN json_type(doc) <> 'OBJECT' THEN 'foreign'
    WHEN NOT is_data(coalesce(uuid, doc ->> '$._meta')) THEN 'acknowledgement'
    WHEN json_exists(doc, '$.catalogName') AND json_exists(doc, '$.grain') THEN 'catalog_stats'
    WHEN (json_exists(doc, '$.level') OR json_exists(doc, '$.message'))
      AND (
        json_exists(doc, '$.ts') OR json_exists(doc, '$.shard') OR json_exists(doc, '$.fields')
        OR (json_exists(doc, '$.level') AND json_exists(doc, '$.message'))
      ) THEN 'log'
    WHEN loses_bindings(doc, '$.capture') OR loses_bindings(doc, '$.materialize')
      OR loses_bindings(doc, '$.derive.transforms') THEN 'unreadable'
    WHEN json_exists(doc, '$.capture') OR json_exists(doc, '$.materialize')
      OR json_exists(doc, '$.derive') OR json_exists(doc, '$.interval')
      OR json_exists(doc, '$.txnCount') OR json_exists(doc, '$.openSecondsTotal') THEN 'stats'
    WHEN coalesce(doc ->> '$._meta.ack', doc ->> '$.ack', doc ->> '$.is_ack') = 'true'
      THEN 'acknowledgement'
    WHEN json_exists(doc, '$.shard') AND json_exists(doc, '$.ts') THEN 'stats'
    ELSE 'foreign'
  END;

-- The task of a document: a journal's path knows best, then the shard, then what Dekaf writes.
-- A list by file and no join, since a join would not keep documents in journal order.
CREATE OR REPLACE TEMP MACRO document_task(doc, file) AS
  coalesce(
    getvariable('file_tasks')[file + 1], doc ->> '$.shard.name', doc ->> '$.fields.task_name'
  );

CREATE OR REPLACE TEMP MACRO document_kind(doc, file) AS
  coalesce(getvariable('file_kinds')[file + 1], doc ->> '$.shard.kind');

-- Whether a value of `fields` (as text; NULL if absent) meets one --where.
CREATE OR REPLACE TEMP MACRO meets(found, condition) AS
  CASE condition.operator
    WHEN '=' THEN coalesce(found = condition.value, false)
    WHEN '!=' THEN found IS DISTINCT FROM condition.value
    WHEN '~' THEN coalesce(regexp_matches(found, condition.value), false)
    WHEN '!~' THEN NOT coalesce(regexp_matches(found, condition.value), false)
    WHEN '>' THEN coalesce(
      CASE WHEN condition.number IS NULL THEN found > condition.value
        ELSE TRY_CAST(found AS DOUBLE) > condition.number END, false)
    WHEN '>=' THEN coalesce(
      CASE WHEN condition.number IS NULL THEN found >= condition.value
        ELSE TRY_CAST(found AS DOUBLE) >= condition.number END, false)
    WHEN '<' THEN coalesce(
      CASE WHEN condition.number IS NULL THEN found < condition.value
        ELSE TRY_CAST(found AS DOUBLE) < condition.number END, false)
    ELSE coalesce(
      CASE WHEN condition.number IS NULL THEN found <= condition.value
        ELSE TRY_CAST(found AS DOUBLE) <= condition.number END, false)
  END;

-- A time stamp's text as RFC 3339, whether the engine or the file wrote it.
CREATE OR REPLACE TEMP MACRO rfc3339(ts) AS
  CASE
    WHEN regexp_full_match(ts, '\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?\+00') THEN
      replace(ts[:-4], ' ', 'T') || 'Z'
    WHEN regexp_full_match(ts, '\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?') THEN
      replace(ts, ' ', 'T') || 'Z'
    ELSE ts
  END;

-- The text of a column of JSON; NULL where it holds none.
CREATE OR REPLACE TEMP MACRO valid_json(value) AS
  CASE WHEN json_valid(value::VARCHAR) THEN value::VARCHAR END;

-- A number's text as JSON; what is no number becomes NULL.
CREATE OR REPLACE TEMP MACRO json_number(value) AS
  CASE WHEN isfinite(TRY_CAST(value AS DOUBLE)) THEN valid_json(value) END;

CREATE OR REPLACE TEMP MACRO counts_text(docs, bytes) AS
  nullif(
    '{' || concat_ws(',', '"docsTotal":' || json_number(docs), '"bytesTotal":' || json_number(bytes)) || '}',
    '{' || '}'
  );
