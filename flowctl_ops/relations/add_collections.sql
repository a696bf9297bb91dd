-- Adds what the counted stats of a set of streams say of the collections that their tasks name.
INSERT INTO summaries BY NAME
SELECT
  collection AS name,
  false AS is_task,
  slot_of(hour, ns) AS slot,
  sum(CASE WHEN part = 'materialize' OR transform IS NOT NULL THEN "right".docsTotal END) AS docs_read_from_me,
  sum(CASE WHEN part = 'materialize' OR transform IS NOT NULL THEN "right".bytesTotal END) AS bytes_read_from_me,
  sum(CASE WHEN part = 'capture' OR (part = 'derive' AND transform IS NULL) THEN "out".docsTotal END) AS docs_written_to_me,
  sum(CASE WHEN part = 'capture' OR (part = 'derive' AND transform IS NULL) THEN "out".bytesTotal END) AS bytes_written_to_me,
  arg_max(last_published_at, text_ns(last_published_at)) FILTER (
    part = 'capture' OR (part = 'derive' AND transform IS NULL)
  ) AS last_published_at,
  max(ns) AS newest_ns
FROM binding_movements
WHERE task IS NOT NULL
  AND collection IS NOT NULL
  AND (collection <> '' OR transform IS NULL)
GROUP BY collection, slot_of(hour, ns);
