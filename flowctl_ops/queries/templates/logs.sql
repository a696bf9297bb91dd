-- The rows of `ops logs`; logs of one time may come in another order.
SELECT ts, level, kind, task, message, fields
FROM logs
WHERE true
$scope
$match
QUALIFY row_number() OVER (ORDER BY ts DESC NULLS LAST) <= $tail
ORDER BY
  ts DESC NULLS LAST, -- $reverse
  ts NULLS FIRST
