-- How many documents of the question were rolled back or never acknowledged; a row in all.
SELECT count(*)
FROM left_out_stats
WHERE why <> 'copy'
