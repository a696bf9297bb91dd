-- The rows of `ops logs`; logs of one time may come in another order.
SELECT ts, level, kind, task, message, fields
FROM logs
WHERE true
  AND regexp_full_match(task, $names, 's')
  AND kind = $kind
  AND ts >= $since::TIMESTAMP_NS
  AND ts < $until::TIMESTAMP_NS
  AND CASE level WHEN 'warn' THEN 2 WHEN 'info' THEN 3 WHEN 'debug' THEN 4 WHEN 'trace' THEN 5 ELSE 1 END <= $max_rank
  AND (coalesce(regexp_matches(message, $grep), false) OR coalesce(regexp_matches(error, $grep), false))
  AND NOT (coalesce(regexp_matches(message, $not_grep), false) OR coalesce(regexp_matches(error, $not_grep), false))
QUALIFY row_number() OVER (ORDER BY ts DESC NULLS LAST) <= $tail
ORDER BY
  ts DESC NULLS LAST, -- $reverse
  ts NULLS FIRST
