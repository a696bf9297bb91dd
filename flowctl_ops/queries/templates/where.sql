-- One condition of `--where`: beside a number, both are compared as numbers.
  AND coalesce(coalesce(doc ->> $path, doc ->> $flat_path) = $equal, false)
  AND coalesce(doc ->> $path, doc ->> $flat_path) IS DISTINCT FROM $not_equal
  AND coalesce(regexp_matches(coalesce(doc ->> $path, doc ->> $flat_path), $like), false)
  AND NOT coalesce(regexp_matches(coalesce(doc ->> $path, doc ->> $flat_path), $not_like), false)
  AND coalesce(coalesce(doc ->> $path, doc ->> $flat_path) > $greater, false)
  AND coalesce(coalesce(doc ->> $path, doc ->> $flat_path) >= $at_least, false)
  AND coalesce(coalesce(doc ->> $path, doc ->> $flat_path) < $less, false)
  AND coalesce(coalesce(doc ->> $path, doc ->> $flat_path) <= $at_most, false)
  AND coalesce(TRY_CAST(coalesce(doc ->> $path, doc ->> $flat_path) AS DOUBLE) > $greater_number::DOUBLE, false)
  AND coalesce(TRY_CAST(coalesce(doc ->> $path, doc ->> $flat_path) AS DOUBLE) >= $at_least_number::DOUBLE, false)
  AND coalesce(TRY_CAST(coalesce(doc ->> $path, doc ->> $flat_path) AS DOUBLE) < $less_number::DOUBLE, false)
  AND coalesce(TRY_CAST(coalesce(doc ->> $path, doc ->> $flat_path) AS DOUBLE) <= $at_most_number::DOUBLE, false)
