-- Whose logs a printed statement is about.
  AND regexp_full_match(task, $names, 's')
  AND kind = $kind
