-- How every task is: a row is one task, the worst first. The window is `$since` to `$now`; logs and stats are
-- looked at from `$logs_from` and `$stats_from` on, so that what was there before it is known.
WITH
bounds AS (
  SELECT
    epoch_ns($since::TIMESTAMP_NS) AS since_ns,
    epoch_ns($now::TIMESTAMP_NS) AS now_ns,
    $streak_ns AS streak_ns,
    $calm_ns AS calm_ns
),
lines AS (
  SELECT
    task,
    kind,
    shard_name(key_begin, r_clock_begin) AS shard,
    build,
    epoch_ns(ts) AS ns,
    is_failure(level, message) AS is_failure,
    is_error(level, message) AS is_error,
    is_status(fields ->> '$.eventType') AS is_status,
    message,
    error
  FROM logs
  WHERE task IS NOT NULL
    AND ts BETWEEN $logs_from::TIMESTAMP_NS AND $now::TIMESTAMP_NS
),
documents AS (
  SELECT
    task,
    kind,
    shard_name(key_begin, r_clock_begin) AS shard,
    build,
    epoch_ns(ts) AS ns,
    CASE WHEN txn_count > 0 THEN committed_ns(ts, open_seconds) END AS committed_ns,
    uptime_seconds
  FROM stats
  WHERE task IS NOT NULL
    AND ts BETWEEN $stats_from::TIMESTAMP_NS AND $now::TIMESTAMP_NS
),
spoken AS (
  SELECT task, kind, shard, build, ns, true AS is_log FROM lines
  UNION ALL
  SELECT task, kind, shard, build, ns, false FROM documents
),
builds AS (
  SELECT task, arg_max(build, ns) AS build
  FROM spoken
  WHERE build IS NOT NULL
  GROUP BY task
),
present_shards AS (
  SELECT DISTINCT task, shard
  FROM spoken
  LEFT JOIN builds USING (task)
  WHERE spoken.build IS NOT DISTINCT FROM builds.build
),
shards AS (
  SELECT task, shard, max(failed_ns) AS failed_ns, max(committed_ns) AS committed_ns
  FROM (
    SELECT task, shard, ns AS failed_ns, NULL AS committed_ns FROM lines WHERE is_failure
    UNION ALL
    SELECT task, shard, NULL, committed_ns FROM documents WHERE committed_ns IS NOT NULL
  )
  SEMI JOIN present_shards USING (task, shard)
  GROUP BY task, shard
),
broken AS (
  SELECT
    task,
    count(*) AS shards,
    count(*) FILTER (failed_ns > coalesce(committed_ns, since_ns)) AS broken_shards,
    min(coalesce(committed_ns, since_ns)) FILTER (failed_ns > coalesce(committed_ns, since_ns)) AS broken_since_ns,
    max(failed_ns) AS failed_ns,
    max(committed_ns) AS committed_ns
  FROM shards
  CROSS JOIN bounds
  WHERE coalesce(failed_ns, committed_ns) IS NOT NULL
  GROUP BY task
),
streaks AS (
  SELECT task, list_sort(list(ns), 'DESC')[:3] AS newest
  FROM lines
  JOIN builds USING (task)
  WHERE is_failure
    AND lines.build = builds.build
  GROUP BY task
),
logged AS (
  SELECT
    task,
    count(*) FILTER (ns >= since_ns) AS logs,
    count(*) FILTER (is_error AND ns >= since_ns) AS errors,
    count(*) FILTER (is_failure AND ns >= since_ns) AS failures,
    max(ns) FILTER ((is_error OR is_failure) AND ns >= since_ns) AS troubled_ns,
    arg_max(coalesce(error, message), ns) FILTER (is_failure) AS failure_text,
    max(ns) FILTER (is_failure) AS failed_ns,
    arg_max({'message': message, 'error': error}, ns) FILTER (is_error AND ns >= since_ns) AS trouble
  FROM lines
  CROSS JOIN bounds
  GROUP BY task
),
explained AS ( -- in words: the newest failure, the error that the connector logged last before it, the newest error
  SELECT
    task,
    best_cause(failure_text) AS failure_cause,
    trouble_text(said.message, said.error) AS said_cause,
    trouble_text(trouble.message, trouble.error) AS error_cause
  FROM logged
  LEFT JOIN (
    SELECT task, arg_max({'message': message, 'error': error}, ns) AS said
    FROM lines
    JOIN logged USING (task)
    WHERE lines.is_error
      AND ns BETWEEN logged.failed_ns - 60000000000 AND logged.failed_ns
    GROUP BY task
  ) USING (task)
),
incidents AS (
  SELECT task, count(*) AS failures, min(ns) AS first_ns, max(ns) AS last_ns
  FROM lines
  JOIN broken USING (task)
  WHERE is_failure
    AND ns > broken_since_ns
  GROUP BY task
),
said_status AS (
  SELECT task, arg_max(message, ns) AS connector_status
  FROM lines
  LEFT JOIN builds USING (task)
  WHERE is_status
    AND lines.build IS NOT DISTINCT FROM builds.build
  GROUP BY task
),
counted AS (
  SELECT
    task,
    count(*) AS stats,
    count(*) FILTER (ns >= since_ns) AS stats_in_window,
    sum(uptime_seconds) FILTER (ns >= since_ns) AS uptime_seconds
  FROM documents
  CROSS JOIN bounds
  GROUP BY task
),
movements AS (
  SELECT
    task,
    kind,
    collection,
    transform,
    epoch_ns(ts) AS ns,
    moved_by_me(kind, transform, right_docs, out_docs) AS docs,
    moved_by_me(kind, transform, right_bytes, out_bytes) AS bytes,
    is_read(kind, transform) AS is_read
  FROM bindings
  WHERE task IS NOT NULL
    AND ts BETWEEN $stats_from::TIMESTAMP_NS AND $now::TIMESTAMP_NS
),
moved AS (
  SELECT
    task,
    max(ns) FILTER (docs > 0 OR bytes > 0) AS last_data_ns,
    sum(docs) FILTER (ns >= since_ns) AS docs,
    sum(bytes) FILTER (ns >= since_ns) AS bytes
  FROM movements
  CROSS JOIN bounds
  GROUP BY task
),
shares AS (
  SELECT task, least((ns - since_ns)::HUGEINT * 24 // greatest(now_ns - since_ns, 1), 23)::BIGINT AS share, sum(bytes)::BIGINT AS bytes
  FROM movements
  CROSS JOIN bounds
  WHERE ns >= since_ns
  GROUP BY ALL
),
activity AS (
  SELECT task, map_from_entries(list((share, bytes))) AS bytes_by_share
  FROM shares
  GROUP BY task
),
written AS ( -- what came into each collection in the window
  SELECT collection, arg_max(task, bytes) AS writer, sum(bytes) AS bytes
  FROM (
    SELECT collection, task, sum(bytes) AS bytes
    FROM movements
    CROSS JOIN bounds
    WHERE NOT is_read
      AND collection IS NOT NULL
      AND ns >= since_ns
    GROUP BY collection, task
  )
  GROUP BY collection
),
waiting AS ( -- what the sources of each task moved
  SELECT task, sum(bytes)::BIGINT AS bytes, arg_max(writer, bytes) AS writer, count(DISTINCT writer) AS writers
  FROM (SELECT DISTINCT task, collection FROM movements WHERE is_read)
  JOIN written USING (collection)
  GROUP BY task
),
rolled_up AS ( -- what an export of the roll-up says of each task, where there are no other stats -- $exported
  SELECT -- $exported
    catalog_name AS task, -- $exported
    max(epoch_ns(ts)) FILTER (docs_read_by_me + docs_written_by_me + bytes_read_by_me + bytes_written_by_me > 0) AS data_ns, -- $exported
    sum(docs_read_by_me + docs_written_by_me) FILTER (epoch_ns(ts) >= since_ns) AS docs, -- $exported
    sum(bytes_read_by_me + bytes_written_by_me) FILTER (epoch_ns(ts) >= since_ns) AS bytes, -- $exported
    sum(usage_seconds) FILTER (epoch_ns(ts) >= since_ns) AS usage_seconds -- $exported
  FROM ( -- $exported
    SELECT * -- $exported
    FROM catalog_stats -- $exported
    WHERE ts <= $now::TIMESTAMP_NS -- $exported
      AND NOT EXISTS (FROM stats) -- $exported
    QUALIFY grain = min_by(grain, grain_rank(grain)) OVER (PARTITION BY catalog_name) -- $exported
  ) -- $exported
  CROSS JOIN bounds -- $exported
  GROUP BY task -- $exported
), -- $exported
rolled_up AS (SELECT NULL::VARCHAR AS task, NULL::BIGINT AS data_ns, 0 AS docs, 0 AS bytes, 0 AS usage_seconds WHERE false), -- $counted
earlier AS ( -- the newest of each task before the time that is looked at, where that was read
  SELECT task, max(seen_ns) AS seen_ns, max(data_ns) AS data_ns
  FROM (
    SELECT task, max(epoch_ns(ts)) AS seen_ns, NULL AS data_ns FROM logs WHERE ts < $logs_from::TIMESTAMP_NS GROUP BY task
    UNION ALL
    SELECT task, max(epoch_ns(ts)), NULL FROM stats WHERE ts < $stats_from::TIMESTAMP_NS GROUP BY task
    UNION ALL
    SELECT task, NULL, max(epoch_ns(ts))
    FROM bindings
    WHERE ts < $stats_from::TIMESTAMP_NS
      AND greatest(moved_by_me(kind, transform, right_docs, out_docs), moved_by_me(kind, transform, right_bytes, out_bytes)) > 0
    GROUP BY task
  )
  WHERE task IS NOT NULL
  GROUP BY task
),
named AS (
  SELECT catalog_name AS task, kind
  FROM names
  WHERE is_task
),
kept AS (
  SELECT
    task,
    any_value(kind) AS kind,
    min(epoch_ns(opened_at)) AS opened_ns,
    max(epoch_ns(opened_at)) AS reopened_ns,
    bool_or(collection = 'logs' OR ends_with(collection, '/logs')) AS has_logs,
    bool_or(collection = 'stats' OR ends_with(collection, '/stats')) AS has_stats
  FROM files
  WHERE task IS NOT NULL
  GROUP BY task
),
elsewhere AS ( -- files that no journal's name tells the task of may hold the logs of any
  SELECT
    coalesce(bool_or(task IS NULL AND used), false) AND EXISTS (FROM lines) AS logs,
    coalesce(bool_or(task IS NULL AND used), false) AND EXISTS (FROM documents) AS stats
  FROM files
),
seen AS (
  SELECT task, arg_max(kind, ns) AS kind, min(ns) AS first_ns, max(ns) AS last_ns, count(*) FILTER (ns >= since_ns) AS in_window
  FROM spoken
  CROSS JOIN bounds
  GROUP BY task
),
tasks AS (
  SELECT
    task,
    coalesce(kept.kind, seen.kind, named.kind) AS kind,
    coalesce(seen.first_ns < since_ns, false) OR coalesce(kept.opened_ns < since_ns, false) AS is_older,
    coalesce(seen.in_window, 0) > 0 OR coalesce(kept.reopened_ns >= since_ns, false) OR coalesce(rolled_up.docs > 0, false) OR coalesce(rolled_up.usage_seconds > 0, false) AS has_spoken,
    coalesce(seen.last_ns, earlier.seen_ns) AS seen_ns,
    coalesce(kept.has_logs, false) OR logged.task IS NOT NULL OR elsewhere.logs AS has_logs,
    coalesce(kept.has_stats, false) OR counted.task IS NOT NULL OR rolled_up.task IS NOT NULL OR elsewhere.stats AS has_stats,
    coalesce(counted.stats_in_window, 0) > 0 OR rolled_up.task IS NOT NULL AS has_counted,
    coalesce(counted.uptime_seconds, 0) > 0 AS is_up,
    coalesce(logged.errors, 0) AS errors,
    coalesce(logged.failures, 0) AS failures,
    logged.troubled_ns,
    error_cause,
    CASE WHEN is_generic(failure_cause) THEN coalesce(said_cause, failure_cause) ELSE failure_cause END AS cause,
    coalesce(broken.broken_shards, 0) AS broken_shards,
    broken.shards,
    broken.committed_ns,
    incidents.failures AS incident_failures,
    incidents.first_ns AS incident_ns,
    streaks.newest AS streak,
    coalesce(len(streaks.newest) = 3 AND streaks.newest[1] - streaks.newest[3] <= streak_ns
      AND now_ns - streaks.newest[1] < calm_ns, false) AS is_streak,
    coalesce(moved.last_data_ns, earlier.data_ns, rolled_up.data_ns) AS last_data_ns,
    coalesce(moved.docs, rolled_up.docs, 0) AS docs,
    coalesce(moved.bytes, rolled_up.bytes, 0)::BIGINT AS bytes,
    waiting.bytes AS waiting_bytes,
    waiting.writer AS waiting_writer,
    waiting.writers AS waiting_writers,
    connector_status,
    bytes_by_share,
    since_ns,
    now_ns
  FROM (SELECT task FROM seen UNION SELECT task FROM kept UNION SELECT task FROM named)
  LEFT JOIN seen USING (task)
  LEFT JOIN kept USING (task)
  LEFT JOIN named USING (task)
  LEFT JOIN earlier USING (task)
  LEFT JOIN rolled_up USING (task)
  LEFT JOIN logged USING (task)
  LEFT JOIN explained USING (task)
  LEFT JOIN broken USING (task)
  LEFT JOIN incidents USING (task)
  LEFT JOIN streaks USING (task)
  LEFT JOIN counted USING (task)
  LEFT JOIN moved USING (task)
  LEFT JOIN waiting USING (task)
  LEFT JOIN said_status USING (task)
  LEFT JOIN activity USING (task)
  CROSS JOIN elsewhere
  CROSS JOIN bounds
  WHERE true
    AND is_named(task, $names)
    AND coalesce(kept.kind, seen.kind, named.kind) = $kind
),
judged AS (
  SELECT
    CASE
      WHEN broken_shards > 0 OR is_streak THEN 'failing'
      WHEN is_up AND docs = 0 AND bytes = 0 AND is_older THEN 'stalled'
      WHEN NOT has_spoken THEN 'silent'
      WHEN NOT has_stats OR NOT has_logs OR NOT has_counted THEN 'unknown'
      WHEN failures > 0 OR errors > 0 THEN 'degraded'
      ELSE 'healthy'
    END AS state,
    tasks.*
  FROM tasks
)
SELECT
  state,
  task,
  kind,
  rfc3339_ns(last_data_ns) AS last_data_at,
  (now_ns - last_data_ns) / 1e9 AS age_seconds,
  bytes AS bytes_moved,
  errors,
  failures,
  list_transform(range(0, 24), lambda share: coalesce(bytes_by_share[share], 0)) AS activity,
  CASE state
    WHEN 'failing' THEN concat_ws('; ',
      coalesce(shortened(cause, 200), 'no failure says why'),
      CASE
        WHEN broken_shards > 0 AND incident_failures > 1
        THEN incident_failures || 'x since ' || clock_text(incident_ns, now_ns, $zone)
        WHEN broken_shards > 0 THEN 'at ' || clock_text(incident_ns, now_ns, $zone) || ', nothing committed since'
        ELSE len(streak) || ' failures or more since ' || clock_text(streak[-1], now_ns, $zone) || ', the last at '
          || clock_text(streak[1], now_ns, $zone)
      END,
      CASE WHEN broken_shards > 0 AND shards > 1 THEN broken_shards || ' of ' || shards || ' shards' END,
      CASE WHEN NOT has_stats THEN 'no stats in the data' END
    )
    WHEN 'stalled' THEN concat_ws('; ',
      'nothing ' || CASE kind WHEN 'capture' THEN 'written' ELSE 'read' END
      || coalesce(
        ' since ' || clock_text(last_data_ns, now_ns, $zone),
        ' since ' || clock_text(epoch_ns($stats_from::TIMESTAMP_NS), now_ns, $zone) || ' at least'
      ),
      CASE
        WHEN waiting_bytes > 0 THEN
          CASE WHEN waiting_writers > 1 THEN waiting_writers || ' tasks' ELSE waiting_writer END
          || ' wrote ' || bytes_text(waiting_bytes) || ' meanwhile'
        WHEN waiting_bytes = 0 THEN 'nor did its sources move'
      END,
      CASE WHEN NOT has_logs THEN 'no logs in the data' END
    )
    WHEN 'silent' THEN
      CASE
        WHEN seen_ns IS NOT NULL THEN 'no document since ' || clock_text(seen_ns, now_ns, $zone) || ', no uptime'
        WHEN last_data_ns IS NOT NULL THEN 'nothing moved since ' || clock_text(last_data_ns, now_ns, $zone) || '; no logs in the data'
        ELSE 'no document since ' || clock_text(epoch_ns($stats_from::TIMESTAMP_NS), now_ns, $zone) || ' at least, no uptime'
      END
    WHEN 'unknown' THEN
      CASE
        WHEN NOT has_stats THEN 'no stats in the data: whether it moves is not known'
        WHEN NOT has_logs THEN 'no logs in the data: whether it fails is not known'
        ELSE 'no stats in the window: whether it moves is not known'
      END
    WHEN 'degraded' THEN concat_ws('; ',
      CASE
        WHEN failures > 0 THEN shortened(cause, 200)
        ELSE shortened(error_cause, 200)
      END,
      'the last at ' || clock_text(troubled_ns, now_ns, $zone),
      CASE WHEN committed_ns > troubled_ns THEN 'moving since' END
    )
  END AS reason,
  connector_status
FROM judged
ORDER BY list_position($states::VARCHAR[], state), failures DESC, errors DESC, task
