-- The buckets in which a document says more of its task than its bindings do. A row is one task's bucket.
SELECT DISTINCT task, grain, bucket_of(hour, grain) AS bucket
FROM (SELECT task, hour, unnest($grains::VARCHAR[]) AS grain FROM counted WHERE detail IS NOT NULL)
WHERE task IS NOT NULL
  AND hour IS NOT NULL
