-- What happened, as lines for people: time, level, task, message, fields; further lines of a message
-- indented below. A row is one log of a stretch of time, oldest first. The engine writes the lines,
-- since doing it in Python costs forty times as much; styles come rendered in `$styles`.
SELECT
  $styles.time || coalesce(time_text(ts, $zone), visible_line(doc ->> '$.ts'), '-') || $styles.plain || ' '
  || $styles.levels[level_rank(level)] || rpad(coalesce(visible_line(level), '-'), greatest(5, length(coalesce(visible_line(level), '-')))::INTEGER, ' ') || $styles.plain
  || CASE WHEN $show_task THEN ' ' || $styles.task || coalesce(visible_line(task), '-') || $styles.plain ELSE '' END
  || coalesce(' ' || nullif(split_part(visible(message), chr(10), 1), ''), '')
  || coalesce(' ' || $styles.fields || nullif(fields_text(fields), '') || $styles.plain, '')
  || CASE
    WHEN contains(message, chr(10)) THEN
      regexp_replace(
        substr(visible(message), position(chr(10) IN visible(message))), '\n', E'\n    ', 'g'
      )
    ELSE ''
  END AS line
FROM shown_logs
WHERE order_ns BETWEEN $first AND $last
ORDER BY
  CASE WHEN $reverse THEN ~order_ns ELSE order_ns END,
  CASE WHEN $reverse THEN -position ELSE position END;
