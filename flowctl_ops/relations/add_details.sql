-- Adds what the roll-up keeps of each task's documents of a bucket, reduced as Flow's schema says:
-- counters are summed, `last…At` are the newest, what else there is the last. Only of buckets whose
-- documents the columns say all of.
INSERT INTO task_details
WITH
plain AS (
  SELECT counted.*, bucket_of(hour, $grain) AS bucket, number
  FROM counted_stats AS counted
  JOIN commit_order USING (position)
  WHERE task IS NOT NULL
    AND hour IS NOT NULL
),
odd AS (
  SELECT DISTINCT task, bucket
  FROM plain
  WHERE detail IS NOT NULL
),
bindings AS (
  SELECT
    movements.task,
    bucket_of(movements.hour, $grain) AS bucket,
    movements.part,
    CASE WHEN movements.part = 'derive' THEN
      transform_text({
        'source': arg_max(movements.collection, number),
        'input': CASE WHEN count("right") > 0 THEN {'docsTotal': sum("right".docsTotal), 'bytesTotal': sum("right".bytesTotal)} END,
        'bytesBehind': arg_max(bytes_behind, number),
        'lastSourcePublishedAt': arg_max(last_source_published_at, text_ns(last_source_published_at))
      })
    ELSE
      binding_text({
        'left': CASE WHEN count("left") > 0 THEN {'docsTotal': sum("left".docsTotal), 'bytesTotal': sum("left".bytesTotal)} END,
        'right': CASE WHEN count("right") > 0 THEN {'docsTotal': sum("right".docsTotal), 'bytesTotal': sum("right".bytesTotal)} END,
        'out': CASE WHEN count("out") > 0 THEN {'docsTotal': sum("out".docsTotal), 'bytesTotal': sum("out".bytesTotal)} END,
        'bytesBehind': arg_max(bytes_behind, number),
        'lastSourcePublishedAt': arg_max(last_source_published_at, text_ns(last_source_published_at)),
        'lastPublishedAt': arg_max(last_published_at, text_ns(last_published_at))
      })
    END AS text,
    coalesce(movements.transform, movements.collection) AS key
  FROM binding_movements AS movements
  JOIN commit_order USING (position)
  WHERE part <> 'derive' OR movements.transform IS NOT NULL
  GROUP BY movements.task, bucket_of(movements.hour, $grain), movements.part, coalesce(movements.transform, movements.collection)
),
maps AS (
  SELECT task, bucket, part, '{' || string_agg(to_json(key) || ':' || text, ',' ORDER BY key) || '}' AS text
  FROM bindings
  GROUP BY task, bucket, part
),
tasks AS (
  SELECT
    task,
    bucket,
    bool_or(capture IS NOT NULL) AS captures,
    bool_or(materialize IS NOT NULL) AS materializes,
    bool_or(derive IS NOT NULL) AS derives,
    bool_or(derive.transforms IS NOT NULL) AS transforms,
    CASE WHEN count(derive.published) > 0 THEN
      {'docsTotal': sum(derive.published.docsTotal), 'bytesTotal': sum(derive.published.bytesTotal)}
    END AS published,
    CASE WHEN count(derive."out") > 0 THEN
      {'docsTotal': sum(derive."out".docsTotal), 'bytesTotal': sum(derive."out".bytesTotal)}
    END AS "out",
    arg_max(derive.lastPublishedAt, text_ns(derive.lastPublishedAt)) AS last_published_at,
    bool_or("interval" IS NOT NULL) AS up,
    sum("interval".uptimeSeconds) AS uptime,
    arg_max("interval".usageRate, number) AS rate
  FROM plain
  GROUP BY task, bucket
)
SELECT
  tasks.task,
  $grain,
  tasks.bucket,
  $batch,
  '{' || concat_ws(
    ',',
    CASE WHEN captures THEN '"capture":' || coalesce(capture.text, '{' || '}') END,
    CASE WHEN materializes THEN '"materialize":' || coalesce(materialize.text, '{' || '}') END,
    CASE WHEN derives THEN
      '"derive":{' || concat_ws(
        ',',
        CASE WHEN transforms THEN '"transforms":' || coalesce(derive.text, '{' || '}') END,
        '"published":' || pair_text(published),
        '"out":' || pair_text("out"),
        '"lastPublishedAt":' || to_json(last_published_at)
      ) || '}'
    END,
    CASE WHEN up THEN
      '"interval":{' || concat_ws(
        ',',
        '"uptimeSeconds":' || number_text(uptime),
        '"usageRate":' || number_text(rate)
      ) || '}'
    END
  ) || '}'
FROM tasks
ANTI JOIN odd USING (task, bucket)
LEFT JOIN maps AS capture ON capture.task = tasks.task AND capture.bucket = tasks.bucket AND capture.part = 'capture'
LEFT JOIN maps AS materialize ON materialize.task = tasks.task AND materialize.bucket = tasks.bucket AND materialize.part = 'materialize'
LEFT JOIN maps AS derive ON derive.task = tasks.task AND derive.bucket = tasks.bucket AND derive.part = 'derive';
