-- What a task logged as errors and warnings beside its failures: a row is one kind of them, the most frequent first.
WITH
kinds AS (
  SELECT
    masked(coalesce(text, '(no message)')) AS template,
    level,
    count(*) AS count,
    min(ns) AS first_ns,
    max(ns) AS last_ns,
    arg_max({'text': text, 'message': message, 'error': error}, ns) AS newest
  FROM (
    SELECT level, message, error, epoch_ns(ts) AS ns, trouble_text(message, error) AS text
    FROM logs
    WHERE task = $task
      AND level IN ('error', 'warn')
      AND NOT is_failure(level, message)
      AND ts >= $since::TIMESTAMP_NS
      AND ts <= $now::TIMESTAMP_NS
  )
  GROUP BY ALL
)
SELECT
  level,
  count,
  rfc3339_ns(first_ns) AS first_seen,
  rfc3339_ns(last_ns) AS last_seen,
  shortened(coalesce(newest.text, '(no message)'), 500) AS text,
  known.id AS message_id,
  known.benign AS benign,
  known.meaning AS meaning,
  known."action" AS action
FROM (
  SELECT
    known_message($messages, newest.message, newest.error) AS known,
    kinds.*
  FROM kinds
)
ORDER BY level = 'error' DESC, count DESC, last_ns DESC, text
LIMIT $top
