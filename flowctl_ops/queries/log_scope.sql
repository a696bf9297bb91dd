-- Whose logs a question is about.
  AND is_named(task, $names)
  AND kind = $kind
