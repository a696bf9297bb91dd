-- Adds what an export of Flow's own roll-up says of the bindings of its tasks.
INSERT INTO binding_summaries
SELECT
  task,
  max(kind),
  collection,
  transform,
  sum("left".docsTotal),
  sum("left".bytesTotal),
  sum("right".docsTotal),
  sum("right".bytesTotal),
  sum("out".docsTotal),
  sum("out".bytesTotal),
  max(newest_ns)
FROM export_movements
GROUP BY task, collection, transform;
