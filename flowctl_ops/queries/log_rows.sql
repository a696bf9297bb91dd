-- What happened, as columns for tables: a row is one log of a stretch of time, oldest first.
SELECT
  coalesce(rfc3339_ns(order_ns), doc ->> '$.ts') AS ts,
  level,
  kind,
  task,
  message,
  fields::VARCHAR AS fields
FROM shown_logs
WHERE order_ns BETWEEN $first AND $last
ORDER BY
  CASE WHEN $reverse THEN ~order_ns ELSE order_ns END,
  CASE WHEN $reverse THEN -position ELSE position END;
