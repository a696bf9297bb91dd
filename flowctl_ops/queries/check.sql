-- Which thresholds tasks and bindings are beyond: a row is a rule and a task, or a binding of it that is beyond
-- it, and the verdict: finding, unknown where nothing tells, ok. Windows roll back from `$now`.
WITH
rules AS (
  SELECT rule.prefix AS prefix, rule.name AS name, rule.most AS most, rule.span_ns AS span_ns
  FROM (SELECT unnest($rules::STRUCT(prefix VARCHAR, name VARCHAR, most BIGINT, span_ns BIGINT)[]) AS rule)
),
bounds AS (
  SELECT epoch_ns($now::TIMESTAMP_NS) AS now_ns
),
documents AS (
  SELECT
    task,
    kind,
    epoch_ns(ts) AS ns,
    CASE WHEN txn_count > 0 THEN committed_ns(ts, open_seconds) END AS committed_ns,
    uptime_seconds,
    shard_name(key_begin, r_clock_begin) AS shard,
    doc,
    position AS place
  FROM stats
  WHERE task IS NOT NULL
    AND ts BETWEEN $from::TIMESTAMP_NS AND $now::TIMESTAMP_NS
),
lines AS (
  SELECT task, kind, epoch_ns(ts) AS ns, is_failure(level, message) AS is_failure, is_error(level, message) AS is_error
  FROM logs
  WHERE task IS NOT NULL
    AND ts BETWEEN $from::TIMESTAMP_NS AND $now::TIMESTAMP_NS
),
kept AS (
  SELECT
    task,
    any_value(kind) AS kind,
    min(epoch_ns(opened_at)) AS opened_ns,
    bool_or(collection = 'logs' OR ends_with(collection, '/logs')) AS has_logs,
    bool_or(collection = 'stats' OR ends_with(collection, '/stats')) AS has_stats
  FROM files
  WHERE task IS NOT NULL
  GROUP BY task
),
elsewhere AS ( -- files that no journal's name tells the task of may hold the logs of any
  SELECT coalesce(bool_or(task IS NULL AND used), false) AND EXISTS (FROM lines) AS logs
  FROM files
),
seen AS (
  SELECT task, max(kind) AS kind, min(ns) AS first_ns, bool_or(is_stats) AS has_stats, bool_or(NOT is_stats) AS has_logs
  FROM (
    SELECT task, kind, ns, true AS is_stats FROM documents
    UNION ALL
    SELECT task, kind, ns, false FROM lines
  )
  GROUP BY task
),
asked AS ( -- of the rules of one name, that of the longest prefix
  SELECT
    task,
    coalesce(kept.kind, seen.kind) AS kind,
    least(coalesce(kept.opened_ns, seen.first_ns), coalesce(seen.first_ns, kept.opened_ns)) AS first_ns,
    coalesce(seen.has_stats, false) OR coalesce(kept.has_stats, false) AS has_stats,
    coalesce(seen.has_logs, false) OR coalesce(kept.has_logs, false) OR elsewhere.logs AS has_logs,
    rules.name AS rule,
    arg_max(rules.most, length(rules.prefix)) AS most,
    arg_max(rules.span_ns, length(rules.prefix)) AS span_ns
  FROM (SELECT task FROM seen UNION SELECT task FROM kept)
  LEFT JOIN seen USING (task)
  LEFT JOIN kept USING (task)
  CROSS JOIN elsewhere
  JOIN rules ON starts_with(task, rules.prefix)
  WHERE true
    AND is_named(task, $names)
    AND coalesce(kept.kind, seen.kind) = $kind
  GROUP BY ALL
),
counted AS (
  SELECT
    asked.task,
    asked.rule,
    count(*) FILTER (CASE asked.rule WHEN 'max-failures' THEN is_failure ELSE is_error END) AS found
  FROM asked
  CROSS JOIN bounds
  JOIN lines ON lines.task = asked.task AND lines.ns > now_ns - asked.span_ns
  WHERE asked.rule IN ('max-failures', 'max-errors')
  GROUP BY asked.task, asked.rule
),
committed AS (
  SELECT task, max(committed_ns) AS committed_ns
  FROM documents
  GROUP BY task
),
failing AS ( -- since when a task fails without a transaction between
  SELECT lines.task, min(lines.ns) AS first_ns
  FROM lines
  LEFT JOIN committed USING (task)
  WHERE is_failure
    AND lines.ns > coalesce(committed_ns, -9223372036854775806)
  GROUP BY lines.task
),
movements AS (
  SELECT
    task,
    kind,
    collection,
    transform,
    epoch_ns(ts) AS ns,
    moved_by_me(kind, transform, right_docs, out_docs) + moved_by_me(kind, transform, right_bytes, out_bytes) AS moved,
    is_read(kind, transform) AS is_read
  FROM bindings
  WHERE task IS NOT NULL
    AND ts BETWEEN $from::TIMESTAMP_NS AND $now::TIMESTAMP_NS
),
newest_of_bindings AS (
  SELECT task, any_value(kind) AS kind, collection, transform, is_read, max(ns) FILTER (moved > 0) AS data_ns
  FROM movements
  GROUP BY task, collection, transform, is_read
),
newest_of_tasks AS (
  SELECT task, max(data_ns) AS data_ns
  FROM newest_of_bindings
  GROUP BY task
),
written AS (
  SELECT collection, max(data_ns) AS data_ns
  FROM newest_of_bindings
  WHERE NOT is_read
  GROUP BY collection
),
up AS (
  SELECT asked.task, asked.rule, sum(uptime_seconds) AS uptime_seconds
  FROM asked
  CROSS JOIN bounds
  JOIN documents ON documents.task = asked.task AND documents.ns > now_ns - asked.span_ns
  WHERE asked.rule = 'stalled'
  GROUP BY asked.task, asked.rule
),
said AS ( -- what each shard said last of how far a binding is behind
  SELECT
    task,
    shard,
    CASE WHEN is_transform THEN entry.value ->> '$.source' ELSE entry.key END AS collection,
    CASE WHEN is_transform THEN entry.key END AS transform,
    arg_max(coalesce(TRY_CAST(entry.value ->> '$.bytesBehind' AS BIGINT), -1), {'ns': ns, 'place': place}) AS bytes_behind,
    max(epoch_ns(TRY_CAST(entry.value ->> '$.lastSourcePublishedAt' AS TIMESTAMPTZ_NS))) AS read_ns
  FROM (
    SELECT task, shard, ns, place, false AS is_transform,
      unnest(map_entries(json_transform(doc -> '$.materialize', '"MAP(VARCHAR, JSON)"'))) AS entry
    FROM documents
    UNION ALL
    SELECT task, shard, ns, place, true,
      unnest(map_entries(json_transform(doc -> '$.derive.transforms', '"MAP(VARCHAR, JSON)"')))
    FROM documents
  )
  GROUP BY ALL
),
tellers AS (
  SELECT task
  FROM said
  GROUP BY task
  HAVING max(bytes_behind) >= 0
),
published AS (
  SELECT collection, max(epoch_ns(last_published_at)) AS published_ns
  FROM bindings
  WHERE last_published_at IS NOT NULL
  GROUP BY collection
),
behind AS (
  SELECT
    said.task,
    said.collection,
    said.transform,
    CASE WHEN bool_or(tellers.task IS NOT NULL) THEN sum(greatest(bytes_behind, 0))::BIGINT END AS bytes_behind,
    CASE WHEN max(published_ns) < min(read_ns) THEN 0 ELSE max(published_ns) - min(read_ns) END AS lag_ns
  FROM said
  LEFT JOIN tellers USING (task)
  LEFT JOIN published USING (collection)
  GROUP BY said.task, said.collection, said.transform
),
of_tasks AS (
  SELECT
    asked.task,
    asked.rule,
    NULL AS collection,
    NULL AS transform,
    CASE asked.rule
      WHEN 'max-failures' THEN CASE WHEN has_logs THEN coalesce(found, 0) > most END
      WHEN 'max-errors' THEN CASE WHEN has_logs THEN coalesce(found, 0) > most END
      WHEN 'failing-for' THEN CASE WHEN has_logs THEN coalesce(now_ns - failing.first_ns > span_ns, false) END
      WHEN 'stalled' THEN CASE WHEN has_stats THEN
        coalesce(uptime_seconds, 0) > 0 AND asked.first_ns < now_ns - span_ns AND coalesce(data_ns <= now_ns - span_ns, true) END
      WHEN 'max-age' THEN CASE WHEN has_stats THEN coalesce(now_ns - data_ns > span_ns, asked.first_ns < now_ns - span_ns) END
    END AS is_beyond,
    CASE asked.rule
      WHEN 'max-failures' THEN counted_text(coalesce(found, 0), 'failure') || ' in ' || length_text(span_ns / 1e9) || ', more than ' || most
      WHEN 'max-errors' THEN counted_text(coalesce(found, 0), 'error') || ' in ' || length_text(span_ns / 1e9) || ', more than ' || most
      WHEN 'failing-for' THEN 'failing for ' || length_text((now_ns - failing.first_ns) / 1e9) || ', more than ' || length_text(span_ns / 1e9)
      WHEN 'stalled' THEN 'up, yet nothing moved for ' || length_text(span_ns / 1e9)
      WHEN 'max-age' THEN coalesce('the newest data is ' || length_text((now_ns - data_ns) / 1e9) || ' old, more than ', 'no data in more than ')
        || length_text(span_ns / 1e9)
    END AS text,
    CASE asked.rule WHEN 'max-failures' THEN found WHEN 'max-errors' THEN found WHEN 'failing-for' THEN (now_ns - failing.first_ns) / 1e9
      ELSE (now_ns - data_ns) / 1e9 END AS value,
    CASE WHEN asked.rule IN ('max-failures', 'max-errors', 'failing-for') THEN 'logs' ELSE 'stats' END AS needs
  FROM asked
  CROSS JOIN bounds
  LEFT JOIN counted USING (task, rule)
  LEFT JOIN failing USING (task)
  LEFT JOIN newest_of_tasks USING (task)
  LEFT JOIN up USING (task, rule)
  WHERE asked.rule NOT IN ('max-lag', 'max-behind')
),
of_bindings AS (
  SELECT -- a binding that is still where others of its task go on
    asked.task,
    asked.rule,
    newest_of_bindings.collection,
    newest_of_bindings.transform,
    CASE asked.rule
      WHEN 'max-age' THEN now_ns - newest_of_bindings.data_ns > span_ns
      ELSE newest_of_bindings.data_ns <= now_ns - span_ns
        AND CASE
          WHEN is_read THEN coalesce(written.data_ns > now_ns - span_ns, false)
          ELSE newest_of_bindings.data_ns > now_ns - 2 * span_ns
        END
    END AS is_beyond,
    CASE asked.rule
      WHEN 'max-age' THEN 'the newest data is ' || length_text((now_ns - newest_of_bindings.data_ns) / 1e9) || ' old, more than '
        || length_text(span_ns / 1e9)
      ELSE CASE WHEN is_read THEN 'nothing read for ' || length_text(span_ns / 1e9) || ', though its source was written'
        ELSE 'nothing written for ' || length_text(span_ns / 1e9) || ', though before' END
    END AS text,
    (now_ns - newest_of_bindings.data_ns) / 1e9 AS value,
    'stats' AS needs
  FROM asked
  CROSS JOIN bounds
  JOIN newest_of_bindings USING (task)
  LEFT JOIN written ON written.collection = newest_of_bindings.collection
  ANTI JOIN (FROM of_tasks WHERE is_beyond) AS already ON already.task = asked.task AND already.rule = asked.rule
  WHERE asked.rule IN ('stalled', 'max-age')
    AND NOT (asked.kind = 'derivation' AND newest_of_bindings.transform IS NULL)
    AND newest_of_bindings.data_ns IS NOT NULL
  UNION ALL
  SELECT
    asked.task,
    asked.rule,
    behind.collection,
    behind.transform,
    CASE asked.rule WHEN 'max-lag' THEN lag_ns > span_ns ELSE bytes_behind > most END,
    CASE asked.rule
      WHEN 'max-lag' THEN length_text(lag_ns / 1e9) || ' behind its source, more than ' || length_text(span_ns / 1e9)
      ELSE bytes_text(bytes_behind) || ' behind its source, more than ' || bytes_text(most)
    END,
    CASE asked.rule WHEN 'max-lag' THEN lag_ns / 1e9 ELSE bytes_behind END,
    'stats'
  FROM asked
  JOIN behind USING (task)
  WHERE asked.rule IN ('max-lag', 'max-behind')
),
without_bindings AS ( -- rules of bindings where a task says nothing of any
  SELECT task, rule, NULL AS collection, NULL AS transform, CASE WHEN kind = 'capture' THEN false END AS is_beyond, NULL AS text, NULL AS value, 'stats' AS needs
  FROM asked
  WHERE rule IN ('max-lag', 'max-behind')
    AND NOT EXISTS (FROM behind WHERE behind.task = asked.task)
),
judged AS (
  SELECT task, rule, collection, transform, is_beyond, text, value, needs, true AS of_task FROM of_tasks
  UNION ALL
  SELECT task, rule, collection, transform, is_beyond, text, value, needs, true FROM without_bindings
  UNION ALL
  SELECT task, rule, collection, transform, is_beyond, text, value, needs, rule IN ('max-lag', 'max-behind') FROM of_bindings
)
SELECT
  CASE WHEN is_beyond THEN 'finding' WHEN is_beyond IS NULL THEN 'unknown' ELSE 'ok' END AS verdict,
  rule,
  task,
  collection,
  transform,
  CASE
    WHEN is_beyond THEN text
    WHEN is_beyond IS NULL THEN CASE WHEN needs = 'logs' THEN 'no logs in the data' WHEN collection IS NULL THEN 'no stats that tell' ELSE 'Flow did not say' END
  END AS message,
  value::DOUBLE AS value
FROM judged
WHERE of_task
  OR is_beyond
ORDER BY list_position(['finding', 'unknown', 'ok'], verdict), task, rule, collection, transform
