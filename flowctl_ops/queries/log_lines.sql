-- What happened, as lines for people: time, level, task, message, fields; further lines of a message
-- indented below. A row is one log of a stretch of time, oldest first. The engine writes the lines,
-- since doing it in Python costs forty times as much; styles come rendered in `$styles`.
WITH parts AS (
  SELECT
    order_ns,
    position,
    level_rank(said.level) AS rank,
    list_transform(
      [
        coalesce(time_text(ts, $zone), doc ->> '$.ts', '-'),
        coalesce(said.level, '-'),
        coalesce(task, '-'),
        coalesce(said.message, ''),
        coalesce(fields_text(said.fields, doc), '')
      ],
      lambda part: visible(part)
    ) AS part
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
  $styles.time || one_line(part[1]) || $styles.plain || ' '
  || $styles.levels[rank] || one_line(part[2]) || repeat(' ', 5 - length(one_line(part[2]))) || $styles.plain
  || CASE WHEN $show_task THEN ' ' || $styles.task || one_line(part[3]) || $styles.plain ELSE '' END
  || coalesce(' ' || nullif(split_part(part[4], chr(10), 1), ''), '')
  || CASE WHEN part[5] = '' THEN '' ELSE ' ' || $styles.fields || part[5] || $styles.plain END
  || CASE
    WHEN contains(part[4], chr(10)) THEN
      replace(substr(part[4], position(chr(10) IN part[4])), chr(10), E'\n    ')
    ELSE ''
  END AS line
FROM parts
ORDER BY
  CASE WHEN $reverse THEN ~order_ns ELSE order_ns END,
  CASE WHEN $reverse THEN -position ELSE position END;
