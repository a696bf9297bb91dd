-- The public view of failures: a row is one failed run of a shard.
SELECT task, kind, key_begin, r_clock_begin, ts, error, fields
FROM logs
WHERE is_failure(level, message)
ORDER BY position
