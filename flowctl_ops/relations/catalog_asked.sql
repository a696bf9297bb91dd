-- Whose rows of the roll-up are asked for, and of which time.
SET VARIABLE whose = $whose;
SET VARIABLE asked_names = $names::VARCHAR[];
SET VARIABLE asked_regexes = $regexes::VARCHAR[];
SET VARIABLE asked_regex = $regex;
SET VARIABLE first_ns = $first_ns;
SET VARIABLE end_ns = $end_ns;
SET VARIABLE asked_kind = $kind;

-- Whose row a name counts for: its own, those of prefixes, of a NAME that was given, of a kind or a
-- tenant of task.
CREATE OR REPLACE TEMP MACRO matches_asked(name) AS
  getvariable('asked_regex')::VARCHAR IS NULL
  OR regexp_full_match(name, getvariable('asked_regex')::VARCHAR, 's');

CREATE OR REPLACE TEMP MACRO names_of(name, is_task, kind) AS
  CASE getvariable('whose')
    WHEN 'rollup' THEN list_filter(
      getvariable('asked_names'),
      lambda asked, i: regexp_full_match(name, getvariable('asked_regexes')[i], 's')
    )
    WHEN 'tasks' THEN [name]
    WHEN 'collections' THEN [name]
    WHEN 'kind' THEN CASE WHEN is_task AND matches_asked(name) THEN [coalesce(kind, 'unknown')] ELSE [] END
    WHEN 'tenant' THEN CASE WHEN is_task AND matches_asked(name) THEN [split_part(name, '/', 1)] ELSE [] END
    ELSE [name] || prefixes_of(name)
  END;

-- What a name is, by all that the data says of it: it is that in every bucket of every grain.
CREATE OR REPLACE TEMP VIEW known_names AS
SELECT
  name,
  bool_or(is_task) AS is_task,
  bool_or(is_collection OR coalesce(kind = 'derivation', false)) AS is_collection,
  max(kind) AS kind
FROM (
  SELECT
    name,
    is_task,
    NOT is_task
    OR coalesce(docs_read_from_me, 0) <> 0 OR coalesce(bytes_read_from_me, 0) <> 0
    OR coalesce(docs_written_to_me, 0) <> 0 OR coalesce(bytes_written_to_me, 0) <> 0 AS is_collection,
    kind
  FROM summaries
  UNION ALL
  SELECT name, true, false, kind
  FROM known_tasks
)
GROUP BY name;

CREATE OR REPLACE TEMP MACRO is_asked(catalog_name, is_task, is_collection, kind) AS
  CASE getvariable('whose')
    WHEN 'tasks' THEN coalesce(is_task, false) AND (getvariable('asked_kind')::VARCHAR IS NULL OR coalesce(kind = getvariable('asked_kind')::VARCHAR, false)) AND matches_asked(catalog_name)
    WHEN 'collections' THEN coalesce(is_collection, false) AND matches_asked(catalog_name)
    WHEN 'prefixes' THEN ends_with(catalog_name, '/') AND matches_asked(catalog_name)
    WHEN 'all' THEN matches_asked(catalog_name)
    ELSE true
  END;

-- Whether a bucket of a grain has a part in the window.
CREATE OR REPLACE TEMP MACRO is_within(bucket, grain) AS
  (getvariable('first_ns')::BIGINT IS NULL OR next_bucket_of(bucket, grain)::HUGEINT * 3600000000000 > getvariable('first_ns')::BIGINT)
  AND (getvariable('end_ns')::BIGINT IS NULL OR bucket::HUGEINT * 3600000000000 < getvariable('end_ns')::BIGINT);
