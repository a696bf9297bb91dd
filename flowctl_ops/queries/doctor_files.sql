-- Which files were passed over, and why: a row is one reason, the most frequent first.
SELECT why_not AS reason, count(*) AS files, sum(size)::BIGINT AS bytes, min(path) AS example
FROM files
WHERE NOT used
GROUP BY why_not
ORDER BY files DESC, reason
