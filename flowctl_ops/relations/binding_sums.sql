-- What bindings add up to, by task and slot of time: counters are summed, `last…At` are the newest, what else
-- there is the last. A row is one binding, transform or output, in one slot; a transform may name its source now and
-- then only.
SELECT
  task,
  kind,
  collection_key AS key,
  collection,
  transform,
  slot,
  sum(left_docs) AS left_docs,
  sum(left_bytes) AS left_bytes,
  sum(right_docs) AS right_docs,
  sum(right_bytes) AS right_bytes,
  sum(out_docs) AS out_docs,
  sum(out_bytes) AS out_bytes,
  max(number) AS number,
  arg_max(bytes_behind, number) AS bytes_behind,
  arg_max(last_source_published_at, text_ns(last_source_published_at)) AS last_source_published_at,
  arg_max(last_published_at, text_ns(last_published_at)) AS last_published_at
FROM (
  SELECT
    movements.*,
    coalesce(transform, collection) AS collection_key,
    bucket_of(hour, $finest) AS slot,
    position AS number, -- $by_position
    coalesce(commit_position, position) AS number, -- $by_commit
  FROM movements
  LEFT JOIN commits USING (position) -- $by_commit
)
WHERE task IS NOT NULL
  AND slot IS NOT NULL
GROUP BY task, kind, collection_key, transform, collection, slot
