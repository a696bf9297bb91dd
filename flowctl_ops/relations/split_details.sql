-- The buckets of tasks whose documents lay in several sets of streams; a row is one bucket.
SELECT task, grain, bucket, list(detail ORDER BY batch) AS details
FROM task_details
GROUP BY task, grain, bucket
HAVING count(*) > 1
ORDER BY task, grain, bucket;
