-- What an export keeps of its tasks, to be reduced one by one; a row is one task's bucket.
SELECT catalog_name, grain, bucket, details
FROM exported_roll_up
WHERE details IS NOT NULL
ORDER BY catalog_name, grain, bucket
