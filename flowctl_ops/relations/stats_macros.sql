-- Facts about one stats document, and its parts as text.

-- Flow's bindings, as a map by the name of their collection; and its transforms, by their own.
CREATE OR REPLACE TEMP MACRO bindings_type() AS
  'MAP(VARCHAR, STRUCT(\"left\" STRUCT(docsTotal UBIGINT, bytesTotal UBIGINT), \"right\" STRUCT(docsTotal UBIGINT, bytesTotal UBIGINT), \"out\" STRUCT(docsTotal UBIGINT, bytesTotal UBIGINT), bytesBehind BIGINT, lastSourcePublishedAt VARCHAR, lastPublishedAt VARCHAR))';

CREATE OR REPLACE TEMP MACRO transforms_type() AS
  'MAP(VARCHAR, STRUCT(\"source\" VARCHAR, \"input\" STRUCT(docsTotal UBIGINT, bytesTotal UBIGINT), bytesBehind BIGINT, lastSourcePublishedAt VARCHAR))';

-- A v1 UUID as a number, NULL if it is none; and the parts of one: flags, the clock in 100 ns since 1582
-- and a sequence (NULL where it was never set), the producer. Shifts of a number cost a tenth of what
-- reading hexadecimal text does.
CREATE OR REPLACE TEMP MACRO v1_number(uuid) AS
  CASE WHEN length(uuid) = 36 AND substr(uuid, 15, 1) = '1' THEN TRY_CAST(uuid AS UUID)::UHUGEINT END;
CREATE OR REPLACE TEMP MACRO v1_time(v1) AS (v1 >> 64)::UBIGINT;
CREATE OR REPLACE TEMP MACRO v1_node(v1) AS (v1 & 18446744073709551615)::UBIGINT;
CREATE OR REPLACE TEMP MACRO v1_flags(v1) AS ((v1_node(v1) >> 48) & 1023)::USMALLINT;
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

-- Whether the columns say all that a document says: every member is one of theirs, none is null.
-- Counting the keys of the text tells, where no white space stands before a colon.
CREATE OR REPLACE TEMP MACRO pair_keys(pair) AS
  CASE
    WHEN pair IS NULL THEN 0
    WHEN pair.docsTotal IS NULL OR pair.bytesTotal IS NULL THEN -1000000
    ELSE 3
  END;

CREATE OR REPLACE TEMP MACRO binding_keys(binding) AS
  CASE WHEN binding IS NULL THEN -1000000 ELSE 1 END
  + pair_keys(binding."left") + pair_keys(binding."right") + pair_keys(binding."out")
  + (binding.bytesBehind IS NOT NULL)::INTEGER
  + (binding.lastSourcePublishedAt IS NOT NULL)::INTEGER
  + (binding.lastPublishedAt IS NOT NULL)::INTEGER;

CREATE OR REPLACE TEMP MACRO transform_keys(transform) AS
  CASE WHEN transform IS NULL THEN -1000000 ELSE 1 END
  + pair_keys(transform."input")
  + (transform.source IS NOT NULL)::INTEGER
  + (transform.bytesBehind IS NOT NULL)::INTEGER
  + (transform.lastSourcePublishedAt IS NOT NULL)::INTEGER;

CREATE OR REPLACE TEMP MACRO known_keys(stats) AS
  CASE WHEN stats.capture IS NULL THEN 0
    ELSE 1 + sum_of(list_transform(map_values(stats.capture), lambda binding: binding_keys(binding))) END
  + CASE WHEN stats.materialize IS NULL THEN 0
    ELSE 1 + sum_of(list_transform(map_values(stats.materialize), lambda binding: binding_keys(binding))) END
  + CASE WHEN stats.derive IS NULL THEN 0
    ELSE 1 + pair_keys(stats.derive.published) + pair_keys(stats.derive."out")
      + (stats.derive.lastPublishedAt IS NOT NULL)::INTEGER
      + CASE WHEN stats.derive.transforms IS NULL THEN 0
        ELSE 1 + sum_of(list_transform(map_values(stats.derive.transforms), lambda transform: transform_keys(transform))) END END
  + CASE WHEN stats.interval IS NULL THEN 0
    ELSE 1 + (stats.interval.uptimeSeconds IS NOT NULL)::INTEGER + (stats.interval.usageRate IS NOT NULL)::INTEGER END;

CREATE OR REPLACE TEMP MACRO is_plain(detail, stats) AS
  (stats.capture IS NOT NULL)::INTEGER + (stats.materialize IS NOT NULL)::INTEGER
    + (stats.derive IS NOT NULL)::INTEGER + (stats.interval IS NOT NULL)::INTEGER < 2
  AND (length(detail) - length(replace(detail, '":', ''))) // 2 = known_keys(stats)
  AND NOT contains(detail, '" ') AND NOT contains(detail, E'"\t') AND NOT contains(detail, E'"\r');

-- The members of a document that the roll-up keeps of a task, as they were read.
CREATE OR REPLACE TEMP MACRO detail_text(members) AS
  '{' || concat_ws(
    ',',
    '"capture":' || members[1],
    '"materialize":' || members[2],
    '"derive":' || members[3],
    '"interval":' || members[4]
  ) || '}';

-- The same members made of columns; what is NULL is left out.
CREATE OR REPLACE TEMP MACRO pair_text(pair) AS
  CASE WHEN pair IS NOT NULL THEN
    '{' || concat_ws(',', '"docsTotal":' || pair.docsTotal, '"bytesTotal":' || pair.bytesTotal) || '}'
  END;

CREATE OR REPLACE TEMP MACRO binding_text(binding) AS
  '{' || concat_ws(
    ',',
    '"left":' || pair_text(binding."left"),
    '"right":' || pair_text(binding."right"),
    '"out":' || pair_text(binding."out"),
    '"bytesBehind":' || binding.bytesBehind,
    '"lastSourcePublishedAt":' || to_json(binding.lastSourcePublishedAt),
    '"lastPublishedAt":' || to_json(binding.lastPublishedAt)
  ) || '}';

CREATE OR REPLACE TEMP MACRO transform_text(transform) AS
  '{' || concat_ws(
    ',',
    '"source":' || to_json(transform.source),
    '"input":' || pair_text(transform."input"),
    '"bytesBehind":' || transform.bytesBehind,
    '"lastSourcePublishedAt":' || to_json(transform.lastSourcePublishedAt)
  ) || '}';

CREATE OR REPLACE TEMP MACRO number_text(number) AS
  CASE WHEN number = floor(number) AND abs(number) < 1e18 THEN number::BIGINT::VARCHAR ELSE number::VARCHAR END;

CREATE OR REPLACE TEMP MACRO object_text(members) AS '{' || array_to_string(members, ',') || '}';

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
