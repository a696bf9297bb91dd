-- Which of these logs match.
  AND ts >= $since::TIMESTAMP_NS
  AND ts < $until::TIMESTAMP_NS
  AND ts IS NULL -- $timeless
  AND level_rank(level) <= $max_rank
  AND says(message, error, $grep)
  AND NOT says(message, error, $not_grep)
  AND meets_all(doc, $conditions)
