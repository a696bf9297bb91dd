-- How far behind their sources tasks are: a row is one binding or transform, or one task where
-- `$by_task`; the worst first. What Flow did not say is NULL. Of several shards the worst counts.
WITH
shards AS (
  SELECT
    task,
    max(kind) AS kind,
    arg_max(collection, ns) AS collection,
    transform,
    shard,
    max(ns) AS ns,
    nullif(arg_max(bytes_behind, ns), -1) AS bytes_behind,
    arg_max(last_source_published_at, ns) AS last_source_published_at
  FROM binding_states
  WHERE ($names_regex::VARCHAR IS NULL OR regexp_full_match(task, $names_regex::VARCHAR, 's'))
    AND ($kind::VARCHAR IS NULL OR kind = $kind::VARCHAR)
  GROUP BY task, coalesce(transform, collection), transform, shard
),
bindings AS (
  SELECT
    task,
    max(kind) AS kind,
    max(collection) AS collection,
    transform,
    max(CASE WHEN bytes_behind IS NOT NULL THEN bytes_behind
      WHEN task IN (SELECT task FROM reporting_tasks) THEN 0 END) AS bytes_behind,
    min(text_ns(last_source_published_at)) AS read_ns,
    max(ns) AS newest_ns
  FROM shards
  GROUP BY task, coalesce(transform, collection), transform
),
published AS (
  SELECT collection, max(ns) AS published_ns
  FROM published_collections
  GROUP BY collection
),
dated AS (
  SELECT
    task,
    kind,
    bindings.collection,
    transform,
    bytes_behind,
    newest_ns,
    CASE WHEN published_ns < read_ns THEN 0 ELSE (published_ns - read_ns) / 1e9 END AS seconds_behind
  FROM bindings
  LEFT JOIN published USING (collection)
),
shown AS (
  SELECT task, kind, collection, transform, bytes_behind, seconds_behind, newest_ns
  FROM dated
  WHERE NOT $by_task
  UNION ALL
  SELECT task, max(kind), NULL, NULL, sum(bytes_behind), max(seconds_behind), max(newest_ns)
  FROM dated
  WHERE $by_task
  GROUP BY task
)
SELECT
  task,
  kind,
  collection,
  transform,
  bytes_behind::HUGEINT AS bytes_behind,
  seconds_behind,
  greatest($now_ns::BIGINT - newest_ns, 0) / 1e9 AS age_seconds,
  rfc3339_ns(newest_ns) AS newest
FROM shown
ORDER BY bytes_behind DESC NULLS LAST, seconds_behind DESC NULLS LAST, newest_ns, task, transform, collection
LIMIT $top;
