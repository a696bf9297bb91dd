-- Which of these logs match.
  AND ts >= $since::TIMESTAMP_NS
  AND ts < $until::TIMESTAMP_NS
  AND CASE level WHEN 'warn' THEN 2 WHEN 'info' THEN 3 WHEN 'debug' THEN 4 WHEN 'trace' THEN 5 ELSE 1 END <= $max_rank
  AND (coalesce(regexp_matches(message, $grep), false) OR coalesce(regexp_matches(error, $grep), false))
  AND NOT (coalesce(regexp_matches(message, $not_grep), false) OR coalesce(regexp_matches(error, $not_grep), false))
$where
