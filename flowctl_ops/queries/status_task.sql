-- What one task is made of: its bindings, shards, and newest lines of note, in `$since` to `$now`. One row, a row in all.
WITH
lines AS (
  SELECT
    shard_name(key_begin, r_clock_begin) AS shard,
    build,
    epoch_ns(ts) AS ns,
    level,
    message,
    error,
    is_failure(level, message) AS is_failure,
    position AS place
  FROM logs
  WHERE task = $task
    AND ts >= $since::TIMESTAMP_NS
    AND ts <= $now::TIMESTAMP_NS
),
documents AS (
  SELECT shard_name(key_begin, r_clock_begin) AS shard, build, epoch_ns(ts) AS ns, CASE WHEN txn_count > 0 THEN committed_ns(ts, open_seconds) END AS committed_ns, uptime_seconds
  FROM stats
  WHERE task = $task
    AND ts >= $since::TIMESTAMP_NS
    AND ts <= $now::TIMESTAMP_NS
),
shards AS (
  SELECT
    shard,
    arg_max(build, ns) AS build,
    count(*) FILTER (is_restart) AS restarts,
    count(*) FILTER (is_failure) AS failures,
    max(committed_ns) AS committed_ns,
    sum(uptime_seconds) AS uptime_seconds,
    max(ns) AS seen_ns
  FROM (
    SELECT shard, build, ns, is_term(message) AS is_restart, is_failure, NULL AS committed_ns, NULL AS uptime_seconds
    FROM lines
    UNION ALL
    SELECT shard, build, ns, false, false, committed_ns, uptime_seconds
    FROM documents
  )
  GROUP BY shard
),
movements AS (
  SELECT
    collection,
    transform,
    kind = 'derivation' AND transform IS NULL AS is_output,
    sum(moved_by_me(kind, transform, right_docs, out_docs)) FILTER (ts >= $since::TIMESTAMP_NS) AS docs,
    sum(moved_by_me(kind, transform, right_bytes, out_bytes)) FILTER (ts >= $since::TIMESTAMP_NS) AS bytes,
    max(epoch_ns(ts)) FILTER (moved_by_me(kind, transform, right_docs, out_docs) > 0) AS data_ns,
    arg_max(bytes_behind, ts) AS bytes_behind
  FROM bindings
  WHERE task = $task
    AND ts BETWEEN $stats_from::TIMESTAMP_NS AND $now::TIMESTAMP_NS
  GROUP BY ALL
),
notable AS (
  SELECT ns, level, shortened(coalesce(trouble_text(message, error), '(no message)'), 300) AS text, place
  FROM lines
  WHERE level IN ('error', 'warn')
    OR is_term(message)
    OR is_new_spec(message)
    OR is_applied(message)
  ORDER BY ns DESC, place DESC
  LIMIT 5
)
SELECT
  (
    SELECT list({
      'collection': collection, 'transform': transform, 'output': is_output, 'docs': coalesce(docs, 0)::BIGINT,
      'bytes': coalesce(bytes, 0)::BIGINT, 'last_data_at': rfc3339_ns(data_ns),
      'age_seconds': (epoch_ns($now::TIMESTAMP_NS) - data_ns) / 1e9, 'bytes_behind': bytes_behind
    } ORDER BY is_output, bytes DESC NULLS LAST, collection, transform)
    FROM movements
  ) AS bindings,
  (
    SELECT list({
      'shard': shard, 'build': build, 'restarts': restarts, 'failures': failures,
      'last_transaction_at': rfc3339_ns(committed_ns), 'uptime_seconds': uptime_seconds, 'last_seen_at': rfc3339_ns(seen_ns)
    } ORDER BY shard)
    FROM shards
  ) AS shards,
  (SELECT list({'at': rfc3339_ns(ns), 'level': level, 'text': text} ORDER BY ns, place) FROM notable) AS lines
