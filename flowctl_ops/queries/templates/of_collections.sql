-- What tasks say of the collections that they name.
  UNION ALL BY NAME
  SELECT
    collection AS name,
    false AS is_task,
    sum(CASE WHEN kind = 'materialization' OR transform IS NOT NULL THEN right_docs END) AS docs_read_from_me,
    sum(CASE WHEN kind = 'materialization' OR transform IS NOT NULL THEN right_bytes END) AS bytes_read_from_me,
    sum(CASE WHEN kind = 'capture' OR (kind = 'derivation' AND transform IS NULL) THEN out_docs END) AS docs_written_to_me,
    sum(CASE WHEN kind = 'capture' OR (kind = 'derivation' AND transform IS NULL) THEN out_bytes END) AS bytes_written_to_me,
    max(ts) AS newest
  FROM bindings
  WHERE collection IS NOT NULL
    AND (collection <> '' OR transform IS NULL)
    AND kind = $kind
    AND ts >= $since::TIMESTAMP_NS
    AND ts < $until::TIMESTAMP_NS
  GROUP BY collection
