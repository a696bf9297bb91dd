-- Which tasks have several shards: those with logs of another than the first, in one of so many of their
-- logs; a row in all.
SELECT list(DISTINCT task)
FROM logs
WHERE CASE WHEN position % $step = 0 THEN key_begin <> '00000000' OR r_clock_begin <> '00000000' END -- no other is looked into
