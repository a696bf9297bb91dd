-- Adds what the counted stats of a set of streams come to, by binding.
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
  max(ns)
FROM binding_movements
WHERE task IS NOT NULL
GROUP BY task, collection, transform;
