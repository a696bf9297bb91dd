-- What happened, as lines for people: time, level, task, message, fields; further lines of a message
-- indented below, and its cause where it is long. A row is one of `$rows`, in their order. The engine
-- writes the lines, since doing it in Python costs forty times as much; styles come rendered in `$styles`.
WITH
answer AS (
$rows
),
parts AS (
  SELECT
    level_rank(level) AS rank,
    begins, -- $groups
    CASE WHEN list_contains($sharded, task) THEN ' ' || one_line(visible(shard_text(key_begin, r_clock_begin))) ELSE '' END AS shard,
    visible(error_in(fields)) AS error, -- $with_error
    without_codes(message) AS said, -- $messages
    without_codes(fields ->> '$.error') AS cause, -- $messages
    list_transform(
      [
        coalesce(time_shown(ts, $zone), '-'),
        coalesce(level, '-'),
        coalesce(task, '-'),
        coalesce(without_colors(elided(message, $message_room)), ''),
        coalesce(fields_text(members(fields), fields, $room), '') -- $every_field
        coalesce(some_fields_text(members(fields), fields, $is_choice, $wanted, $unwanted, $room), '') -- $some_fields
      ],
      lambda part: visible(part)
    ) AS part
  FROM answer
),
named AS (
  SELECT
    rank,
    begins, -- $groups
    shard, -- $sharded
    highlighted(error, $hit, $styles.hit, $styles.plain) AS error, -- $with_error
    error, -- $with_error $no_hit
    said, -- $messages
    cause, -- $messages
    regexp_matches(coalesce(said, '') || chr(10) || coalesce(cause, ''), $any_message) AS is_known, -- $messages
    one_line(part[1]) AS ts,
    one_line(part[2]) AS level,
    one_line(part[3]) AS task,
    highlighted(part[4], $hit, $styles.hit, $styles.plain) AS message, -- $hit
    part[4] AS message, -- $no_hit
    part[5] AS fields
  FROM parts
)
SELECT
  CASE WHEN begins THEN $styles.fields || '--' || $styles.plain || chr(10) ELSE '' END || -- $groups
  $styles.time || ts || $styles.plain || ' '
  || $styles.levels[rank] || level || repeat(' ', 5 - length(level)) || $styles.plain
  || CASE WHEN $show_task THEN ' ' || $styles.task || task || $styles.plain ELSE '' END
  || CASE WHEN shard = '' THEN '' ELSE $styles.task || shard || $styles.plain END -- $sharded
  || CASE WHEN ltrim(message, E' \n') = '' THEN ' (no message)' ELSE coalesce(' ' || nullif(split_part(message, chr(10), 1), ''), '') END
  || CASE WHEN error IS NULL OR stands_below(error) THEN '' ELSE ' error=' || key_text(error) END -- $with_error
  || CASE WHEN fields = '' THEN '' ELSE ' ' || $styles.fields || fields || $styles.plain END
  || CASE
    WHEN contains(message, chr(10)) THEN replace(substr(message, position(chr(10) IN message)), chr(10), E'\n    ')
    ELSE ''
  END
  || CASE WHEN stands_below(error) THEN lines_below(error, $error_room) ELSE '' END -- $with_error
  || CASE WHEN is_known -- $messages
    THEN coalesce(E'\n    ' || $styles.fields || visible(meaning_text(known_message($messages, said, cause))) || $styles.plain, '') -- $messages
    ELSE '' END -- $messages
  AS line
FROM named
