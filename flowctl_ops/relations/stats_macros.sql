-- Facts about one stats document, and about the names and times that it counts for.

-- Flow's bindings, as a map by the name of their collection; and its transforms, by their own.
CREATE OR REPLACE TEMP MACRO bindings_type() AS
  'MAP(VARCHAR, STRUCT(\"left\" STRUCT(docsTotal UBIGINT, bytesTotal UBIGINT), \"right\" STRUCT(docsTotal UBIGINT, bytesTotal UBIGINT), \"out\" STRUCT(docsTotal UBIGINT, bytesTotal UBIGINT), bytesBehind BIGINT, lastSourcePublishedAt VARCHAR, lastPublishedAt VARCHAR))';

CREATE OR REPLACE TEMP MACRO transforms_type() AS
  'MAP(VARCHAR, STRUCT(\"source\" VARCHAR, \"input\" STRUCT(docsTotal UBIGINT, bytesTotal UBIGINT), bytesBehind BIGINT, lastSourcePublishedAt VARCHAR))';

-- What else a v1 UUID says: the clock in 100 ns since 1582 and a sequence (NULL where it was never set),
-- the producer. Shifts of a number cost a tenth of what reading hexadecimal text does.
CREATE OR REPLACE TEMP MACRO v1_time(v1) AS (v1 >> 64)::UBIGINT;
CREATE OR REPLACE TEMP MACRO v1_clock(v1) AS
  nullif(
    ((v1_time(v1) & 4095) * 4503599627370496) | (((v1_time(v1) >> 16) & 65535) << 36) | ((v1_time(v1) >> 32) << 4)
    | ((v1_node(v1) >> 58) & 15),
    0
  );
CREATE OR REPLACE TEMP MACRO v1_producer(v1) AS (v1_node(v1) & 281474976710655)::BIGINT;

-- A journal's path knows its task best.
CREATE OR REPLACE TEMP MACRO file_task(file, in_document) AS coalesce(getvariable('file_tasks')[file + 1], in_document);
CREATE OR REPLACE TEMP MACRO file_kind(file, in_document) AS coalesce(getvariable('file_kinds')[file + 1], in_document);

-- Where a message stands among all of a set of files; `position` is its place in the table.
CREATE OR REPLACE TEMP MACRO place_of(file, position) AS (file::BIGINT << 36) + position;

-- Hours since the Unix epoch of a time; text where it does not fit into nanoseconds. (Trimmed so that
-- the engine does not take this for what `text_ns` reads, and read it of every document.)
CREATE OR REPLACE TEMP MACRO hour_of(ns, ts) AS
  CASE
    WHEN ns BETWEEN -9223372036854775806 AND 9223372036854775806 THEN (ns - ((ns % 3600000000000) + 3600000000000) % 3600000000000) // 3600000000000
    ELSE epoch_us(date_trunc('hour', TRY_CAST(trim(ts) AS TIMESTAMPTZ))) // 3600000000
  END;

-- What is summed of a member that Flow leaves out where it is zero.
CREATE OR REPLACE TEMP MACRO sum_of(counts) AS coalesce(list_sum(counts), 0);

-- The bucket of a grain that an hour lies in, by its first hour.
CREATE OR REPLACE TEMP MACRO bucket_of(hour, grain) AS
  CASE grain
    WHEN 'hourly' THEN hour
    WHEN 'daily' THEN hour - ((hour % 24) + 24) % 24
    ELSE epoch_us(date_trunc('month', make_timestamp(hour::BIGINT * 3600000000))) // 3600000000
  END::BIGINT;

CREATE OR REPLACE TEMP MACRO bucket_text(hour) AS
  strftime(make_timestamp(hour::BIGINT * 3600000000), '%Y-%m-%dT%H:00:00.000Z');

-- Where a document is summed: in its bucket of the finest grain asked, or its share of the window.
CREATE OR REPLACE TEMP MACRO slot_of(hour, ns) AS
  CASE WHEN getvariable('slot_grain')::VARCHAR IS NOT NULL THEN bucket_of(hour, getvariable('slot_grain')::VARCHAR)
    ELSE (ns - getvariable('slot_since')::BIGINT) // getvariable('slot_width')::BIGINT END;

-- The names that a name counts for: itself, and every prefix of it that ends in a slash.
CREATE OR REPLACE TEMP MACRO prefixes_of(name) AS
  list_transform(
    range(1, len(string_split(name, '/'))),
    lambda length: array_to_string(string_split(name, '/')[:length], '/') || '/'
  );

CREATE OR REPLACE TEMP MACRO next_bucket_of(bucket, grain) AS
  CASE grain WHEN 'hourly' THEN bucket + 1 WHEN 'daily' THEN bucket + 24 ELSE bucket_of(bucket + 32 * 24, 'monthly') END;
