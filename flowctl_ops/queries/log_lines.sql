-- What happened, as lines for people: time, level, task, message, fields; further lines of a message
-- indented below. A row is one of `$rows`, in their order. The engine writes the lines, since doing it in
-- Python costs forty times as much; styles come rendered in `$styles`.
WITH
answer AS (
$rows
),
parts AS (
  SELECT
    level_rank(level) AS rank,
    uncoloured(message) AS said, -- $messages
    uncoloured(fields ->> '$.error') AS error, -- $messages
    list_transform(
      [
        coalesce(time_shown(ts, $zone), '-'),
        coalesce(level, '-'),
        coalesce(task, '-'),
        coalesce(message, ''),
        coalesce(fields_text(json_transform(fields, '"MAP(VARCHAR, JSON)"'), fields), '')
      ],
      lambda part: visible(part)
    ) AS part
  FROM answer
),
named AS (
  SELECT
    rank,
    said, -- $messages
    error, -- $messages
    regexp_matches(coalesce(said, '') || chr(10) || coalesce(error, ''), $any_message) AS is_known, -- $messages
    one_line(part[1]) AS ts,
    one_line(part[2]) AS level,
    one_line(part[3]) AS task,
    part[4] AS message,
    part[5] AS fields
  FROM parts
)
SELECT
  $styles.time || ts || $styles.plain || ' '
  || $styles.levels[rank] || level || repeat(' ', 5 - length(level)) || $styles.plain
  || CASE WHEN $show_task THEN ' ' || $styles.task || task || $styles.plain ELSE '' END
  || coalesce(' ' || nullif(split_part(message, chr(10), 1), ''), '')
  || CASE WHEN fields = '' THEN '' ELSE ' ' || $styles.fields || fields || $styles.plain END
  || CASE
    WHEN contains(message, chr(10)) THEN replace(substr(message, position(chr(10) IN message)), chr(10), E'\n    ')
    ELSE ''
  END
  || CASE WHEN is_known -- $messages
    THEN coalesce(E'\n    ' || $styles.fields || visible(meaning_text(known_message($messages, said, error))) || $styles.plain, '') -- $messages
    ELSE '' END -- $messages
  AS line
FROM named
