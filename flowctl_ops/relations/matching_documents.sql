-- Log documents in the scope of the question (task, kind, time) and whether each also meets its
-- filters (level, search, fields); beside them every line that is no ops document. A row is a line.
-- What is shown is kept: every line that is no log, and the logs that match or stand around matches.
-- A log without a readable time, which no window can hold, is `untimed` where a window is asked for.
CREATE OR REPLACE TEMP VIEW matching_documents AS
WITH
looked_at AS (
  SELECT
    doc,
    file,
    level,
    ns,
    uuid,
    CASE WHEN level IS NULL OR ns IS NULL THEN document_members(doc) END AS has
  FROM source_documents
),
classed AS (
  SELECT
    doc,
    file,
    level,
    ns,
    uuid,
    CASE WHEN level IS NOT NULL AND ns IS NOT NULL THEN 'log' ELSE document_class(doc, uuid, has) END AS class
  FROM looked_at
),
levelled AS (
  SELECT *, coalesce(level_rank(level) <= getvariable('max_rank')::INTEGER, true) AS level_matches
  FROM classed
  WHERE class IN ('unreadable', 'foreign')
    OR (
      class = 'log'
      AND (getvariable('keep_unmatched')::BOOLEAN OR level_rank(level) <= coalesce(getvariable('max_rank')::INTEGER, 5))
      AND (getvariable('since_ns')::BIGINT IS NULL OR ns IS NULL OR ns >= getvariable('since_ns')::BIGINT)
      AND (getvariable('until_ns')::BIGINT IS NULL OR ns IS NULL OR ns < getvariable('until_ns')::BIGINT)
      AND is_data(uuid)
    )
),
named AS (
  SELECT
    *,
    CASE WHEN class = 'log' THEN document_task(doc, file) END AS task,
    CASE WHEN class = 'log' THEN document_kind(doc, file) END AS kind
  FROM levelled
),
judged AS (
  SELECT
    doc,
    file,
    coalesce(ns, -9223372036854775808) AS ns,
    document_key(uuid) AS key,
    class,
    class = 'log' AND ns IS NULL
    AND (getvariable('since_ns')::BIGINT IS NOT NULL OR getvariable('until_ns')::BIGINT IS NOT NULL) AS is_untimed,
    level_matches
    AND (
      getvariable('grep')::VARCHAR IS NULL
      OR getvariable('invert')::BOOLEAN <> (
        coalesce(regexp_matches(doc ->> '$.message', getvariable('grep')::VARCHAR), false)
        OR coalesce(regexp_matches(doc ->> '$.fields.error', getvariable('grep')::VARCHAR), false)
      )
    )
    AND (
      len(getvariable('conditions')) = 0
      OR list_bool_and(
        list_transform(
          getvariable('conditions'),
          lambda condition: meets(
            coalesce(doc ->> condition.path, doc ->> condition.flat_path), condition
          )
        )
      )
    ) AS matched
  FROM named
  WHERE class <> 'log'
    OR (
      (getvariable('names_regex')::VARCHAR IS NULL OR regexp_full_match(task, getvariable('names_regex')::VARCHAR, 's'))
      AND (getvariable('kind')::VARCHAR IS NULL OR kind = getvariable('kind')::VARCHAR)
    )
)
SELECT doc::VARCHAR AS doc, file, ns, key, CASE WHEN is_untimed THEN 'untimed' ELSE class END AS class, matched
FROM judged
WHERE class <> 'log'
  OR matched
  OR (getvariable('keep_unmatched')::BOOLEAN AND NOT is_untimed);
