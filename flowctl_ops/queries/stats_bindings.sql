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
  rfc3339_ns(newest_ns) AS newest
FROM (
  SELECT
    task,
    max(kind) AS kind,
    collection,
    transform,
    sum(left_docs)::HUGEINT AS left_docs,
    sum(left_bytes)::HUGEINT AS left_bytes,
    sum(right_docs)::HUGEINT AS right_docs,
    sum(right_bytes)::HUGEINT AS right_bytes,
    sum(out_docs)::HUGEINT AS out_docs,
    sum(out_bytes)::HUGEINT AS out_bytes,
    max(newest_ns) AS newest_ns
  FROM binding_summaries
  GROUP BY task, collection, transform
  HAVING is_asked(task, true, false, max(kind))
)
ORDER BY
  CASE $sort
    WHEN 'bytes' THEN coalesce(left_bytes, 0) + coalesce(right_bytes, 0) + coalesce(out_bytes, 0)
    WHEN 'docs' THEN coalesce(left_docs, 0) + coalesce(right_docs, 0) + coalesce(out_docs, 0)
    WHEN 'newest' THEN newest_ns
    ELSE 0
  END DESC,
  task,
  transform NULLS LAST,
  collection
LIMIT $top;
