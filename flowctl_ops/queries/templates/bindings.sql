-- The rows of `ops stats --by binding`.
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
$scope
  AND ts >= $since::TIMESTAMP_NS
  AND ts < $until::TIMESTAMP_NS
GROUP BY task, collection, transform
ORDER BY
  coalesce(sum(left_bytes), 0) + coalesce(sum(right_bytes), 0) + coalesce(sum(out_bytes), 0) DESC, -- $sort_bytes_by_me
  coalesce(sum(left_docs), 0) + coalesce(sum(right_docs), 0) + coalesce(sum(out_docs), 0) DESC, -- $sort_docs_by_me
  newest DESC, -- $sort_newest
  task,
  transform NULLS LAST,
  collection
LIMIT $top
