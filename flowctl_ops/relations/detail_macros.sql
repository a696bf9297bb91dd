-- The parts of a stats document as text, and whether its columns say all of them.

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
