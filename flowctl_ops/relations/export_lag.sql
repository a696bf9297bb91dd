-- Adds what an export of Flow's own roll-up says of how far bindings are behind: that of their newest
-- bucket. Collections have rows of their own, which say when they were published to.
INSERT INTO binding_states
SELECT task, kind, collection, transform, NULL, newest_ns, coalesce(bytes_behind, -1), last_source_published_at
FROM export_movements
WHERE reads
  AND newest_ns IS NOT NULL;

INSERT INTO reporting_tasks
SELECT DISTINCT task
FROM export_movements
WHERE bytes_behind IS NOT NULL;

INSERT INTO published_collections
SELECT collection, text_ns(last_published_at)
FROM export_movements
WHERE last_published_at IS NOT NULL
UNION ALL
SELECT catalog_name, text_ns(last_published_at)
FROM finest_rows
WHERE last_published_at IS NOT NULL;
