-- How far behind their sources tasks are: a row is one binding or transform, or one task; the worst first.
-- What Flow did not say is NULL. A shard's newest document counts; of several shards the worst.
WITH
read AS (
  SELECT *
  FROM bindings
  WHERE task IS NOT NULL
    AND ts IS NOT NULL
    AND ts >= $since::TIMESTAMP_NS
    AND ts < $until::TIMESTAMP_NS
),
shards AS (
  SELECT
    task,
    max_by(kind, {'ts': ts, 'position': position}) AS kind,
    max_by(collection, {'ts': ts, 'position': position}) AS collection,
    transform,
    max(ts) AS ts,
    max_by({'said': bytes_behind}, {'ts': ts, 'position': position}).said AS bytes_behind,
    max_by({'said': last_source_published_at}, {'ts': ts, 'position': position}).said AS read_at
  FROM read
  WHERE is_read(kind, transform)
    AND is_named(task, $names)
    AND kind = $kind
  GROUP BY task, coalesce(transform, collection), transform, key_begin, r_clock_begin
),
behind AS (
  SELECT
    task,
    max(kind) AS kind,
    max(collection) AS collection,
    transform,
    max(CASE WHEN bytes_behind IS NOT NULL THEN bytes_behind
      WHEN task IN (SELECT task FROM read WHERE bytes_behind IS NOT NULL) THEN 0 END) AS bytes_behind,
    min(read_at) AS read_at,
    max(ts) AS newest
  FROM shards
  GROUP BY task, coalesce(transform, collection), transform
),
published AS (
  SELECT collection, max(last_published_at) AS published_at
  FROM ( -- $exported
    SELECT collection, last_published_at -- $exported
    FROM read
    UNION ALL -- $exported
    SELECT catalog_name, last_published_at FROM catalog_stats -- $exported
  ) -- $exported
  GROUP BY collection
),
dated AS (
  SELECT
    task,
    kind,
    behind.collection,
    transform,
    bytes_behind,
    CASE WHEN published_at < read_at THEN 0 ELSE (epoch_ns(published_at) - epoch_ns(read_at)) / 1e9 END AS seconds_behind,
    newest
  FROM behind
  LEFT JOIN published USING (collection)
),
shown AS (
  SELECT task, kind, collection, transform, bytes_behind, seconds_behind, newest -- $by_binding
  SELECT -- $by_task
    task, max(kind) AS kind, sum(bytes_behind) AS bytes_behind, max(seconds_behind) AS seconds_behind, max(newest) AS newest -- $by_task
  FROM dated
  GROUP BY task -- $by_task
)
SELECT
  task,
  kind,
  collection, -- $by_binding
  transform, -- $by_binding
  bytes_behind::HUGEINT AS bytes_behind,
  seconds_behind,
  greatest(epoch_ns($now::TIMESTAMP_NS)::HUGEINT - epoch_ns(newest), 0) / 1e9 AS age_seconds,
  rfc3339(newest) AS newest
FROM shown
ORDER BY
  least(
    rank() OVER (ORDER BY coalesce(shown.seconds_behind, (epoch_ns($now::TIMESTAMP_NS)::HUGEINT - epoch_ns(shown.newest)) / 1e9) DESC NULLS LAST),
    CASE WHEN shown.bytes_behind > 0 THEN rank() OVER (ORDER BY shown.bytes_behind DESC NULLS LAST) END
  ),
  coalesce(shown.seconds_behind, (epoch_ns($now::TIMESTAMP_NS)::HUGEINT - epoch_ns(shown.newest)) / 1e9) DESC NULLS LAST,
  shown.bytes_behind DESC NULLS LAST,
  shown.newest,
  task,
  transform, -- $by_binding
  collection -- $by_binding
LIMIT $top
