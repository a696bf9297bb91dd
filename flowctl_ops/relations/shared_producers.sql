-- The sets of streams that share a producer with another, so that they may hold the same documents.
SELECT DISTINCT batch
FROM seen_producers
SEMI JOIN (
  SELECT producer FROM seen_producers GROUP BY producer HAVING count(*) > 1
) AS shared USING (producer)
ORDER BY batch;
