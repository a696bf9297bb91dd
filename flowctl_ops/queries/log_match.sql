-- Which of these logs match.
  AND ts >= $since::TIMESTAMP_NS
  AND ts < $until::TIMESTAMP_NS
  AND ts IS NULL -- $timeless
  AND level_rank(level) <= $max_rank
  AND says(message, error, $grep)
  AND NOT says(message, error, $not_grep)
  AND (says(message, error, $grep_all) OR regexp_matches(doc::VARCHAR, $grep_all))
  AND NOT (says(message, error, $not_grep_all) OR regexp_matches(doc::VARCHAR, $not_grep_all))
  AND meets_all(doc, $conditions)
