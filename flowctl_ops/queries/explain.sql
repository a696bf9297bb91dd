-- Why a task failed: a row is one incident, the newest first. An incident is failures with no transaction
-- committed between them, those of several shards that overlap in time together.
WITH
lines AS MATERIALIZED (
  SELECT
    task,
    shard_name(key_begin, r_clock_begin) AS shard,
    build,
    epoch_ns(ts) AS ns,
    level,
    message,
    error,
    fields,
    is_failure(level, message) AS is_failure,
    position AS place
  FROM logs
  WHERE task IS NOT NULL
    AND ts >= $since::TIMESTAMP_NS
    AND ts <= $now::TIMESTAMP_NS
    AND (task = $task OR level IN ('error', 'warn'))
),
commits AS (
  SELECT task, shard_name(key_begin, r_clock_begin) AS shard, committed_ns(ts, open_seconds) AS ns
  FROM stats
  WHERE txn_count > 0
    AND task IS NOT NULL
    AND ts >= $since::TIMESTAMP_NS
    AND ts <= $now::TIMESTAMP_NS
),
numbered AS ( -- each failure with the number of transactions that its shard committed before it
  SELECT task, shard, ns, place, is_failure, count(*) FILTER (NOT is_failure) OVER (PARTITION BY task, shard ORDER BY ns, is_failure) AS run
  FROM (
    SELECT task, shard, ns, place, true AS is_failure FROM lines WHERE is_failure
    UNION ALL
    SELECT task, shard, ns, NULL, false FROM commits
  )
),
of_shards AS (
  SELECT
    task,
    shard,
    min(ns) FILTER (is_failure) AS first_ns,
    max(ns) FILTER (is_failure) AS last_ns,
    lead(min(ns) FILTER (NOT is_failure)) OVER (PARTITION BY task, shard ORDER BY run) AS ended_ns,
    max(ns) FILTER (NOT is_failure) AS data_ns
  FROM numbered
  GROUP BY task, shard, run
),
merged AS ( -- those of several shards that overlap are one
  SELECT *, sum(CASE WHEN first_ns <= reach_ns THEN 0 ELSE 1 END) OVER (PARTITION BY task ORDER BY first_ns, shard) AS incident
  FROM (
    SELECT
      *,
      max(coalesce(ended_ns, 9223372036854775806)) OVER (
        PARTITION BY task ORDER BY first_ns, shard ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
      ) AS reach_ns
    FROM of_shards
    WHERE first_ns IS NOT NULL
  )
),
incidents AS (
  SELECT
    task,
    row_number() OVER (PARTITION BY task ORDER BY max(last_ns) DESC, incident DESC) AS number,
    min(first_ns) AS first_ns,
    max(last_ns) AS last_ns,
    CASE WHEN bool_and(ended_ns IS NOT NULL) THEN max(ended_ns) END AS ended_ns,
    max(data_ns) AS data_ns,
    count(DISTINCT shard) AS shards
  FROM merged
  GROUP BY task, incident
),
failed AS (
  SELECT incidents.task, number, lines.ns, lines.shard, lines.place, lines.error, lines.message
  FROM incidents
  JOIN lines ON lines.task = incidents.task AND lines.is_failure AND lines.ns BETWEEN incidents.first_ns AND incidents.last_ns
),
newest AS (
  SELECT task, number, count(*) AS failures, arg_max(error, ns) AS error, max(ns) AS ns
  FROM failed
  GROUP BY task, number
),
troubles AS ( -- what the connector said in the minute before the newest failure, unless it is known to be no fault
  SELECT
    newest.task,
    newest.number,
    lines.level,
    lines.ns,
    lines.place,
    lines.message,
    lines.error,
    lines.fields,
    trouble_text(lines.message, lines.error) AS text
  FROM newest
  JOIN lines ON lines.task = newest.task AND NOT lines.is_failure AND lines.ns BETWEEN newest.ns - 60000000000 AND newest.ns
  WHERE lines.level IN ('error', 'warn')
),
said AS (
  SELECT
    task,
    number,
    arg_max(
      {'text': text, 'ns': ns, 'message': message, 'error': error, 'status': fields ->> '$.status', 'level': level},
      {'is_error': level = 'error', 'ns': ns, 'place': place}
    ) AS said
  FROM troubles
  WHERE NOT is_generic(text)
    AND NOT coalesce(known_message($messages, message, error).benign, false)
    AND (level = 'error' OR NOT regexp_matches(text, '(?i)\bretry'))
  GROUP BY task, number
),
causes AS (
  SELECT
    newest.task,
    newest.number,
    failures,
    newest.error AS failure_error,
    best_cause(newest.error) AS own_cause,
    said,
    newest.ns
  FROM newest
  LEFT JOIN said USING (task, number)
),
caused AS (
  SELECT
    task,
    number,
    failures,
    CASE WHEN is_generic(own_cause) OR own_cause IS NULL THEN coalesce(said.text, own_cause) ELSE own_cause END AS cause,
    CASE WHEN (is_generic(own_cause) OR own_cause IS NULL) AND said.text IS NOT NULL THEN 'connector' ELSE 'failure' END AS cause_from,
    causes_of(failure_error) AS chain,
    failure_error,
    own_cause,
    said,
    (ns - said.ns) / 1e9 AS said_seconds_before
  FROM causes
),
explained AS (
  SELECT
    masked(cause) AS kind_of_cause,
    CASE
      WHEN task = $task
        AND number = $number
      THEN known_message(
        $messages,
        CASE WHEN cause_from = 'connector' THEN said.message END,
        CASE WHEN cause_from = 'connector' THEN coalesce(said.error, said.message) ELSE coalesce(failure_error, '') END
      )
    END AS known,
    caused.*
  FROM caused
),
shown AS (
  SELECT task, number, incidents.* EXCLUDE (task, number), explained.* EXCLUDE (task, number)
  FROM incidents
  JOIN explained USING (task, number)
  WHERE task = $task
    AND number = $number
),
restarts AS (
  SELECT shown.number, failed.ns, min(lines.ns) AS restarted_ns
  FROM shown
  JOIN failed USING (task, number)
  JOIN lines ON lines.task = shown.task AND lines.shard = failed.shard AND lines.ns > failed.ns
    AND is_term(lines.message)
  GROUP BY shown.number, failed.ns
),
builds AS (
  SELECT build, min(ns) AS ns
  FROM lines
  WHERE task = $task
    AND build IS NOT NULL
  GROUP BY build
),
events AS (
  SELECT number, data_ns AS ns, 0 AS rank, 'last data' AS event, NULL AS text, 1 AS place, 1 AS many
  FROM shown
  WHERE data_ns IS NOT NULL
  UNION ALL
  SELECT -- what changed in the hour before the first failure, or since the last data
    number,
    lines.ns,
    1,
    CASE
      WHEN is_config_update(lines.fields ->> '$.eventType') THEN 'config'
      WHEN is_backfill(lines.message) THEN 'backfill'
      WHEN is_applied(lines.message) THEN 'applied'
      ELSE 'changed'
    END,
    CASE
      WHEN is_config_update(lines.fields ->> '$.eventType') THEN 'the connector updated its configuration'
      WHEN is_applied(lines.message) THEN shortened(coalesce(lines.fields ->> '$.actionDescription', lines.message), 200)
      WHEN is_new_spec(lines.message) THEN
        'task specification updated'
        || coalesce(' from ' || (lines.fields ->> '$.last_version') || ' to ' || (lines.fields ->> '$.next_version'), '')
      ELSE shortened(lines.message, 200)
    END,
    1,
    1
  FROM shown
  JOIN lines ON lines.task = shown.task AND lines.ns BETWEEN least(shown.first_ns - 3600000000000, shown.data_ns) AND shown.last_ns
  WHERE is_new_spec(lines.message)
    OR is_applied(lines.message)
    OR is_backfill(lines.message)
    OR is_config_update(lines.fields ->> '$.eventType')
  UNION ALL
  SELECT number, builds.ns, 1, 'changed', 'a new build: ' || build, 1, 1
  FROM shown
  JOIN builds ON builds.ns BETWEEN least(shown.first_ns - 3600000000000, shown.data_ns) AND shown.last_ns
  WHERE EXISTS (FROM lines WHERE lines.task = shown.task AND lines.ns < builds.ns)
  UNION ALL
  SELECT
    number,
    ns,
    2,
    'FAILED',
    concat_ws('; ',
      nullif(shortened(coalesce(best_cause(failed.error), ''), 160), shortened(shown.own_cause, 160)),
      CASE WHEN shown.shards > 1 THEN 'shard ' || failed.shard END,
      coalesce('restarted after ' || length_text((restarted_ns - ns) / 1e9), 'not restarted')
    ),
    row_number() OVER (PARTITION BY number ORDER BY ns, failed.place),
    count(*) OVER (PARTITION BY number)
  FROM failed
  JOIN shown USING (task, number)
  LEFT JOIN restarts USING (number, ns)
  UNION ALL
  SELECT number, ended_ns, 3, 'moving', 'a transaction was committed', 1, 1
  FROM shown
  WHERE ended_ns IS NOT NULL
),
timelines AS (
  SELECT
    number,
    list({'at': rfc3339_ns(ns), 'event': event, 'text': text} ORDER BY ns, rank, place) AS timeline
  FROM events
  WHERE many <= 12
    OR place <= 4
    OR place > many - 4
  GROUP BY number
),
earlier AS ( -- incidents of this task before the one shown, by cause
  SELECT
    shown.number,
    explained.kind_of_cause,
    arg_max(explained.cause, incidents.last_ns) AS cause,
    explained.kind_of_cause = shown.kind_of_cause AS is_same,
    list(rfc3339_ns(incidents.first_ns) ORDER BY incidents.first_ns DESC) AS began,
    sum(explained.failures)::BIGINT AS failures,
    max(incidents.first_ns) AS last_ns
  FROM shown
  JOIN incidents ON incidents.task = shown.task AND incidents.number > shown.number
  JOIN explained ON explained.task = incidents.task AND explained.number = incidents.number
  GROUP BY shown.number, explained.kind_of_cause, shown.kind_of_cause
),
befores AS (
  SELECT number, list({'cause': cause, 'same': is_same, 'began': began, 'failures': failures} ORDER BY is_same DESC, last_ns DESC) AS before
  FROM earlier
  GROUP BY number
),
others AS (
  SELECT shown.number, incidents.task, sum(explained.failures)::BIGINT AS failures, max(incidents.last_ns) AS last_ns
  FROM shown
  JOIN explained ON explained.task <> shown.task AND explained.kind_of_cause = shown.kind_of_cause
  JOIN incidents ON incidents.task = explained.task AND incidents.number = explained.number
  GROUP BY shown.number, incidents.task
),
alsos AS (
  SELECT number, list({'task': task, 'failures': failures, 'last': rfc3339_ns(last_ns)} ORDER BY last_ns DESC, task) AS also
  FROM others
  GROUP BY number
),
affected AS (
  SELECT list({'task': task, 'collections': collections} ORDER BY task) AS affects
  FROM (
    SELECT readers.task, list(DISTINCT readers.collection ORDER BY readers.collection) AS collections
    FROM bindings AS readers
    SEMI JOIN (
      SELECT collection
      FROM bindings
      WHERE task = $task
        AND is_written(kind, transform)
    ) USING (collection)
    WHERE readers.task <> $task
      AND is_read(readers.kind, readers.transform)
    GROUP BY readers.task
  )
)
SELECT
  number AS incident,
  task,
  CASE WHEN ended_ns IS NULL THEN 'failing' ELSE 'over' END AS state,
  rfc3339_ns(first_ns) AS began,
  rfc3339_ns(last_ns) AS last_failure,
  rfc3339_ns(ended_ns) AS ended,
  failures,
  CASE WHEN shards > 1 THEN shards END AS shards,
  (last_ns - first_ns) / 1e9 AS lasted_seconds,
  shortened(cause, 2000) AS cause,
  cause_from,
  list_transform(chain[:20], lambda part: shortened(part, 500)) AS chain,
  shortened(said.text, 500) AS connector_said,
  said.status AS connector_status_code,
  said_seconds_before,
  known.id AS message_id,
  known.meaning AS meaning,
  known."action" AS action,
  known.source AS source,
  timeline,
  coalesce(before, []) AS before,
  coalesce(also, []) AS also,
  coalesce(affects, []) AS affects,
  rfc3339_ns(coalesce(greatest(data_ns, first_ns - 600000000000), first_ns - 600000000000)) AS logs_since,
  rfc3339_ns(last_ns + 60000000000) AS logs_until
FROM shown
LEFT JOIN timelines USING (number)
LEFT JOIN befores USING (number)
LEFT JOIN alsos USING (number)
CROSS JOIN affected
ORDER BY incident
