-- What the stats of materialized data say of bindings, in the shape of `movements`. A row is one binding or
-- transform of one document, or a derivation's output.
SELECT * EXCLUDE (stream, number), position_of(TRY_CAST(stream AS file), number) AS position
FROM read_parquet($stored_bindings, hive_partitioning = false, union_by_name = true)
WHERE true
  AND task BETWEEN $first_task AND $last_task
  AND is_named(task, $names)
  AND coalesce(kind = $kind, false)
  AND ns >= $since_ns
  AND ns < $until_ns
