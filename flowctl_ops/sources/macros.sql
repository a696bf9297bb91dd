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

-- Nanoseconds since the Unix epoch as a time; NULL where they only say that it is far off.
CREATE OR REPLACE TEMP MACRO ns_timestamp(ns) AS
  CASE WHEN ns BETWEEN -9223372036854775806 AND 9223372036854775806 THEN make_timestamp_ns(ns) END;

-- A time as RFC 3339 in UTC, with the digits that it has: 0, 3, 6 or 9 as Flow writes them.
CREATE OR REPLACE TEMP MACRO rfc3339_ns(ns) AS
  strftime(ns_timestamp(ns)::TIMESTAMP, '%Y-%m-%dT%H:%M:%S')
  || CASE
    WHEN ns % 1000000000 = 0 THEN ''
    ELSE '.' || regexp_replace(lpad(((ns % 1000000000 + 1000000000) % 1000000000)::VARCHAR, 9, '0'), '(000){1,2}$', '')
  END || 'Z';

-- A v1 UUID as a number, NULL if it is none: it holds a producer, a clock and flags.
CREATE OR REPLACE TEMP MACRO v1_number(uuid) AS
  CASE WHEN length(uuid) = 36 AND substr(uuid, 15, 1) = '1' THEN TRY_CAST(uuid AS UUID)::UHUGEINT END;
CREATE OR REPLACE TEMP MACRO v1_node(v1) AS (v1 & 18446744073709551615)::UBIGINT;
CREATE OR REPLACE TEMP MACRO v1_flags(v1) AS ((v1_node(v1) >> 48) & 1023)::USMALLINT;

-- Acknowledgements (2) and control documents (others) are never data, whatever they look like.
CREATE OR REPLACE TEMP MACRO is_data(uuid) AS coalesce(v1_flags(v1_number(uuid)) <= 1, true);

-- Producer and clock of a document as one value: the UUID without its flags. NULL where a document
-- cannot be told from its copies: no v1 UUID, or a clock that was never set.
CREATE OR REPLACE TEMP MACRO document_key(uuid) AS
  CASE WHEN v1_number(uuid) & 340282366920937330081295430285483048960 <> 0 THEN v1_number(uuid) & 340282366920938463463086658530593210367 END;

-- Which members that tell documents apart there are, by their place in this list.
CREATE OR REPLACE TEMP MACRO document_members(doc) AS
  json_exists(
    doc,
    [
      '$.catalogName', '$.grain', '$.level', '$.message', '$.ts', '$.shard', '$.fields',
      '$.capture', '$.materialize', '$.derive', '$.interval', '$.txnCount', '$.openSecondsTotal'
    ]
  );

-- What a JSON document is. Only asked where `level` and `ts` do not say it already.
CREATE OR REPLACE TEMP MACRO document_class(doc, uuid, has) AS
  CASE
    WHEN doc IS NULL THEN 'unreadable'
    WHEN NOT starts_with(ltrim(doc, E' \t\r\n'), '{') THEN 'foreign'
    WHEN NOT is_data(coalesce(uuid, doc ->> '$._meta')) THEN 'acknowledgement'
    WHEN has[1] AND has[2] THEN 'catalog_stats'
    WHEN (has[3] OR has[4]) AND (has[5] OR has[6] OR has[7] OR (has[3] AND has[4])) THEN 'log'
    WHEN has[8] OR has[9] OR has[10] OR has[11] OR has[12] OR has[13] THEN 'stats'
    WHEN coalesce(doc ->> '$._meta.ack', doc ->> '$.ack', doc ->> '$.is_ack') = 'true'
      THEN 'acknowledgement'
    WHEN has[6] AND has[5] THEN 'stats'
    ELSE 'foreign'
  END;

-- Whether bindings of a document have one name twice, so that they are no map.
CREATE OR REPLACE TEMP MACRO loses_bindings(doc) AS
  list_bool_or(
    list_transform(
      json_extract(doc, ['$.capture', '$.materialize', '$.derive.transforms']),
      lambda part: json_type(part) = 'OBJECT' AND json_transform(part, '"MAP(VARCHAR, JSON)"') IS NULL
    )
  );

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
