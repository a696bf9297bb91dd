-- How much moved over a time, by binding: a row is one binding, transform or output of a derivation.
SELECT
  task,
  kind,
  collection,
  transform,
  left_docs,
  left_bytes,
  right_docs,
  right_bytes,
  out_docs,
  out_bytes,
  rfc3339(newest) AS newest
FROM (
  SELECT
    task,
    max(kind) AS kind,
    collection,
    transform,
    sum(left_docs) AS left_docs,
    sum(left_bytes) AS left_bytes,
    sum(right_docs) AS right_docs,
    sum(right_bytes) AS right_bytes,
    sum(out_docs) AS out_docs,
    sum(out_bytes) AS out_bytes,
    max(ts) AS newest
  FROM bindings
  WHERE task IS NOT NULL
    AND is_named(task, $names)
    AND kind = $kind
    AND ts >= $since::TIMESTAMP_NS
    AND ts < $until::TIMESTAMP_NS
  GROUP BY task, collection, transform
) AS sums
ORDER BY
  coalesce(left_bytes, 0) + coalesce(right_bytes, 0) + coalesce(out_bytes, 0) DESC, -- $sort_bytes
  coalesce(left_docs, 0) + coalesce(right_docs, 0) + coalesce(out_docs, 0) DESC, -- $sort_docs
  sums.newest DESC, -- $sort_newest
  task,
  transform NULLS LAST,
  collection
LIMIT $top
