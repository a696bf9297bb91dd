-- Adds the newest document of each shard's binding. Gauges are never summed over time.
INSERT INTO binding_states
SELECT
  task,
  arg_max(kind, {'ns': ns, 'place': place_of(file, position)}),
  arg_max(collection, {'ns': ns, 'place': place_of(file, position)}),
  transform,
  shard,
  max(ns),
  arg_max(coalesce(bytes_behind, -1), {'ns': ns, 'place': place_of(file, position)}),
  arg_max(last_source_published_at, {'ns': ns, 'place': place_of(file, position)})
FROM binding_movements
WHERE task IS NOT NULL
  AND ns IS NOT NULL
  AND (part = 'materialize' OR transform IS NOT NULL)
GROUP BY task, coalesce(transform, collection), transform, shard;

INSERT INTO reporting_tasks
SELECT DISTINCT task
FROM binding_movements
WHERE bytes_behind IS NOT NULL;

INSERT INTO published_collections
SELECT collection, max(text_ns(last_published_at))
FROM binding_movements
WHERE last_published_at IS NOT NULL
GROUP BY collection;
