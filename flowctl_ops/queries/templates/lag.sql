-- The rows of `ops lag`: the newest document of each shard says how far behind it is.
WITH
spoken AS (
  SELECT task, kind, ts, coalesce(key_begin, '') || '-' || coalesce(r_clock_begin, '') AS shard, row_number() OVER () AS place,
    unnest(map_entries(json_transform(doc -> '$.materialize', '"MAP(VARCHAR, JSON)"'))) AS entry, false AS transforms
  FROM stats
  WHERE NOT coalesce(json_exists(doc, '$.capture'), false)
  UNION ALL
  SELECT task, kind, ts, coalesce(key_begin, '') || '-' || coalesce(r_clock_begin, ''), row_number() OVER (),
    unnest(map_entries(json_transform(doc -> '$.derive.transforms', '"MAP(VARCHAR, JSON)"'))), true
  FROM stats
  WHERE NOT coalesce(json_exists(doc, '$.capture') OR json_exists(doc, '$.materialize'), false)
),
said AS (
  SELECT
    task, kind, ts, shard, place,
    CASE WHEN transforms THEN entry.value ->> '$.source' ELSE entry.key END AS collection,
    CASE WHEN transforms THEN entry.key END AS transform,
    TRY_CAST(entry.value ->> '$.bytesBehind' AS BIGINT) AS bytes_behind,
    epoch_ns(TRY_CAST(entry.value ->> '$.lastSourcePublishedAt' AS TIMESTAMPTZ_NS)) AS read_ns
  FROM spoken
  WHERE task IS NOT NULL
    AND ts IS NOT NULL
    AND ts >= $since::TIMESTAMP_NS
    AND ts < $until::TIMESTAMP_NS
),
shards AS (
  SELECT
    task,
    arg_max(kind, {'ts': ts, 'place': place}) AS kind,
    arg_max(collection, {'ts': ts, 'place': place}) AS collection,
    transform,
    max(ts) AS ts,
    nullif(arg_max(coalesce(bytes_behind, -1), {'ts': ts, 'place': place}), -1) AS bytes_behind,
    arg_max(read_ns, {'ts': ts, 'place': place}) AS read_ns
  FROM said
  GROUP BY task, coalesce(transform, collection), transform, shard
),
behind AS (
  SELECT
    task,
    max(kind) AS kind,
    max(collection) AS collection,
    transform,
    max(CASE WHEN bytes_behind IS NOT NULL THEN bytes_behind
      WHEN task IN (SELECT task FROM said WHERE bytes_behind IS NOT NULL) THEN 0 END) AS bytes_behind,
    min(read_ns) AS read_ns,
    max(ts) AS newest
  FROM shards
  WHERE true
    AND regexp_full_match(task, $names, 's')
    AND kind = $kind
  GROUP BY task, coalesce(transform, collection), transform
),
published AS (
  SELECT collection, epoch_ns(max(last_published_at)) AS published_ns
  FROM bindings
  WHERE true
    AND ts >= $since::TIMESTAMP_NS
    AND ts < $until::TIMESTAMP_NS
  GROUP BY collection
),
dated AS (
  SELECT
    task, kind, behind.collection, transform, bytes_behind,
    CASE WHEN published_ns < read_ns THEN 0 ELSE (published_ns - read_ns) / 1e9 END AS seconds_behind,
    newest
  FROM behind
  LEFT JOIN published USING (collection)
)
SELECT
  task,
  kind, -- $by_binding
  collection, -- $by_binding
  transform, -- $by_binding
  bytes_behind, -- $by_binding
  seconds_behind, -- $by_binding
  max(kind) AS kind, -- $by_task
  sum(bytes_behind) AS bytes_behind, -- $by_task
  max(seconds_behind) AS seconds_behind, -- $by_task
  greatest(epoch_ns($now::TIMESTAMP_NS) - epoch_ns(newest), 0) / 1e9 AS age_seconds, -- $by_binding
  greatest(epoch_ns($now::TIMESTAMP_NS) - epoch_ns(max(newest)), 0) / 1e9 AS age_seconds, -- $by_task
  newest -- $by_binding
  max(newest) AS newest -- $by_task
FROM dated
GROUP BY task -- $by_task
ORDER BY
  bytes_behind DESC NULLS LAST, seconds_behind DESC NULLS LAST, newest, task, transform, collection -- $by_binding
  sum(bytes_behind) DESC NULLS LAST, max(seconds_behind) DESC NULLS LAST, max(newest), task -- $by_task
LIMIT $top
