-- The logs in the scope of a question (task, kind, time) that meet its filters (level, search, fields),
-- and beside them every line that is no ops document. A row is a line. Who wants lines around matches
-- has the logs in scope kept that do not match. A log without a readable time, which no window can
-- hold, is `untimed` where a window is asked for; one without a task is `nameless` where a name is.
-- What has a level and a time is no bad line, so that most is left out by its level before it is looked into further.
WITH
looked_at AS (
  SELECT doc, TRY_CAST(path AS file) AS file, once(json_extract_string(doc, ['$.level', '$.ts', '$._meta.uuid'])) AS head -- $plain
  SELECT doc, TRY_CAST(path AS file) AS file, once(json_extract_string(doc, ['$.level', '$.ts', '$._meta.uuid', '$.message', '$.fields.eventType'])) AS head -- $notable
  FROM documents($json_paths)
  FROM table_documents -- $no_json
),
dated AS (
  SELECT
    doc,
    file,
    head[1] AS level, -- $own_levels
    coalesce(head[1], level_by_path(file)) AS level, -- $path_levels
    text_ns(head[2]) AS ns,
    is_notable(head[4], head[5]) AS is_notable, -- $notable
    head[3] AS uuid
  FROM looked_at
  WHERE true
    AND (head[1] IS NULL OR head[2] IS NULL OR level_rank(head[1]) <= $max_rank -- $matching
      OR is_notable(head[4], head[5]) -- $matching $notable $max_rank
    ) -- $matching $max_rank
),
identified AS (
  SELECT *, v1_number(uuid) AS v1, CASE WHEN level IS NULL OR ns IS NULL THEN members_of(doc) END AS has
  FROM dated
),
classed AS (
  SELECT
    *,
    CASE WHEN level IS NOT NULL AND ns IS NOT NULL THEN 'log' ELSE document_class(doc, uuid, has) END AS class
  FROM identified
),
in_time AS (
  SELECT *
  FROM classed
  WHERE class IN ('unreadable', 'foreign')
    OR (
      class = 'log'
      AND is_data(v1)
      AND level_rank(level) <= $max_rank -- $matching $plain
      AND (level_rank(level) <= $max_rank OR is_notable) -- $matching $notable
      AND (ns IS NULL OR ns >= $since_ns)
      AND (ns IS NULL OR ns < $until_ns)
    )
),
named AS (
  SELECT
    *,
    NULL AS task, -- $all_in_scope
    CASE WHEN class = 'log' AND enum_code(file) >= $settled THEN coalesce(task_by_path(file), task_in(doc)) END AS task, -- $some_in_scope
  FROM in_time
),
judged AS (
  SELECT
    doc,
    file,
    ns_timestamp(ns) AS ts,
    document_key(v1) AS key,
    level,
    is_notable, -- $notable
    CASE
      WHEN class <> 'log' THEN class
      WHEN is_lenient(doc::VARCHAR) THEN 'unreadable'
      WHEN ns IS NULL THEN 'untimed' -- $bounded
      WHEN task IS NULL AND enum_code(file) >= $settled THEN 'nameless' -- $names
      ELSE class
    END AS class,
    true
    $matched
    AS matched
  FROM named
  WHERE true
    AND (class <> 'log' OR enum_code(file) < $settled OR task IS NULL OR is_named(task, $names)) -- $some_in_scope
    AND (class <> 'log' OR enum_code(file) < $settled OR coalesce(coalesce(kind_by_path(file), doc ->> '$.shard.kind') = $kind, false)) -- $some_in_scope
)
SELECT
  doc::VARCHAR AS doc, -- $documents
  file,
  ts,
  key,
  level, -- $documents
  class,
  is_notable, -- $notable
  row_number() OVER () AS rowid, -- $stored
  NULL AS source -- $stored
FROM judged
WHERE class IN ('unreadable', 'foreign')
  OR matched -- $matching
  OR class NOT IN ('unreadable', 'foreign') -- $around
UNION ALL BY NAME -- $stored
$stored
