-- What happened, as lines for people: time, level, task, message, fields; further lines of a message
-- indented below. A row is one log of a stretch of time, oldest first. The engine writes the lines,
-- since doing it in Python costs forty times as much; styles come rendered in `$styles`.
WITH parts AS (
  SELECT
    order_ns,
    position,
    level_rank(said.level) AS rank,
    visible(coalesce(time_text(ts, $zone), doc ->> '$.ts', '-')) AS time,
    visible(coalesce(said.level, '-')) AS level,
    visible(coalesce(task, '-')) AS task,
    visible(coalesce(said.message, '')) AS message,
    visible(coalesce(fields_text(said.fields, doc), '')) AS fields
  FROM (
    SELECT
      order_ns,
      position,
      ts,
      task,
      doc,
      json_transform(doc, '{"level": "VARCHAR", "message": "VARCHAR", "fields": "MAP(VARCHAR, JSON)"}') AS said
    FROM shown_logs
  )
  WHERE order_ns BETWEEN $first AND $last
)
SELECT
  $styles.time || one_line(parts.time) || $styles.plain || ' '
  || $styles.levels[rank] || one_line(level) || repeat(' ', 5 - length(one_line(level))) || $styles.plain
  || CASE WHEN $show_task THEN ' ' || $styles.task || one_line(task) || $styles.plain ELSE '' END
  || coalesce(' ' || nullif(split_part(message, chr(10), 1), ''), '')
  || CASE WHEN fields = '' THEN '' ELSE ' ' || $styles.fields || fields || $styles.plain END
  || CASE
    WHEN contains(message, chr(10)) THEN
      replace(substr(message, position(chr(10) IN message)), chr(10), E'\n    ')
    ELSE ''
  END AS line
FROM parts
ORDER BY
  CASE WHEN $reverse THEN ~order_ns ELSE order_ns END,
  CASE WHEN $reverse THEN -position ELSE position END;
