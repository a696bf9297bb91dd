-- What the stats documents that count say of bindings. A row is one binding or transform of one document,
-- or a derivation's output, whose collection is the derivation's own.
SELECT
  * EXCLUDE (is_output, collection),
  CASE WHEN is_output AND transform IS NULL THEN task ELSE collection END AS collection
FROM (
  SELECT
    position,
    hour,
    ns,
    task,
    key_begin,
    r_clock_begin,
    kind_of(part) AS kind,
    part = 'derive' AS is_output,
    unnest(moved, recursive := true)
  FROM counted
  WHERE len(moved) > 0
)
