-- How many stats documents carry no clock while journals of their task are read as well, so that it
-- cannot be told which are the same; a row in all.
SELECT count(*)
FROM stats_messages
JOIN read_files AS files USING (file)
WHERE class = 'stats'
  AND wanted
  AND clock IS NULL
  AND NOT is_fragment
  AND coalesce(files.task, task_in_document) IN (SELECT task FROM read_files WHERE is_fragment)
