-- What happened: the logs that match, oldest first, those of one time in journal order. A row is one log.
SELECT
  doc, -- $documents
  coalesce(rfc3339(ts), doc ->> '$.ts') AS ts, -- $rows
  level, -- $rows
  kind, -- $rows
  task, -- $rows
  message, -- $rows
  fields -- $rows
  , key_begin, r_clock_begin -- $sharded
FROM logs
WHERE true
$scope
$match
QUALIFY row_number() OVER (ORDER BY logs.ts DESC NULLS LAST, position DESC) <= $tail
ORDER BY
  logs.ts DESC NULLS LAST, position DESC -- $reverse
  logs.ts NULLS FIRST, position -- $forward
