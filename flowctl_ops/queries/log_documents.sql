-- What happened: Flow's own documents of the logs to show within a stretch of time, oldest first,
-- copies of one time in journal order. A row is one log.
SELECT doc::VARCHAR AS doc
FROM shown_logs
WHERE order_ns BETWEEN $first AND $last
ORDER BY
  CASE WHEN $reverse THEN ~order_ns ELSE order_ns END,
  CASE WHEN $reverse THEN -position ELSE position END;
