-- What the roll-up keeps of each task's documents, reduced as Flow's schema says: counters are summed,
-- `last…At` are the newest, what else there is the last. A row is one task's bucket of a grain, as JSON;
-- those of which documents say more were reduced outside, as lists of one length.
WITH
bindings AS (
  SELECT
    task,
    kind,
    grain,
    bucket_of(slot, grain) AS bucket,
    key,
    transform,
    arg_max(collection, number) AS collection,
    sum(left_docs) AS left_docs,
    sum(left_bytes) AS left_bytes,
    sum(right_docs) AS right_docs,
    sum(right_bytes) AS right_bytes,
    sum(out_docs) AS out_docs,
    sum(out_bytes) AS out_bytes,
    arg_max(bytes_behind, number) AS bytes_behind,
    arg_max(last_source_published_at, text_ns(last_source_published_at)) AS last_source_published_at,
    arg_max(last_published_at, text_ns(last_published_at)) AS last_published_at
  FROM (SELECT *, unnest($grains::VARCHAR[]) AS grain FROM binding_sums)
  GROUP BY task, kind, grain, bucket_of(slot, grain), key, transform
),
maps AS (
  SELECT
    task,
    grain,
    bucket,
    kind,
    '{' || string_agg(to_json(key) || ':' || binding_text(kind = 'derivation', bindings), ',' ORDER BY key) || '}' AS text
  FROM bindings
  WHERE kind <> 'derivation'
    OR transform IS NOT NULL
  GROUP BY task, grain, bucket, kind
),
tasks AS (
  SELECT
    task,
    grain,
    bucket_of(hour, grain) AS bucket,
    bool_or(parts.capture IS NOT NULL) AS captures,
    bool_or(parts.materialize IS NOT NULL) AS materializes,
    bool_or(parts.derive IS NOT NULL) AS derives,
    bool_or(parts.derive.transforms IS NOT NULL) AS transforms,
    sum(parts.derive.published.docsTotal) AS published_docs,
    sum(parts.derive.published.bytesTotal) AS published_bytes,
    bool_or(parts.interval IS NOT NULL) AS up,
    sum(parts.interval.uptimeSeconds) AS uptime,
    arg_max(parts.interval.usageRate, position) AS rate
  FROM (SELECT task, hour, position, parts, unnest($grains::VARCHAR[]) AS grain FROM counted)
  WHERE task IS NOT NULL
    AND hour IS NOT NULL
  GROUP BY task, grain, bucket_of(hour, grain)
)
SELECT
  tasks.task AS catalog_name,
  tasks.grain,
  tasks.bucket,
  '{' || concat_ws(
    ',',
    CASE WHEN captures THEN '"capture":' || coalesce(capture.text, '{' || '}') END,
    CASE WHEN materializes THEN '"materialize":' || coalesce(materialize.text, '{' || '}') END,
    CASE WHEN derives THEN
      '"derive":' || derive_text(CASE WHEN transforms THEN coalesce(derive.text, '{' || '}') END, published_docs, published_bytes, output)
    END,
    CASE WHEN up THEN '"interval":' || interval_text(uptime, rate) END
  ) || '}' AS detail
FROM tasks
ANTI JOIN odd_buckets USING (task, grain, bucket)
LEFT JOIN maps AS capture ON capture.task = tasks.task AND capture.grain = tasks.grain AND capture.bucket = tasks.bucket AND capture.kind = 'capture'
LEFT JOIN maps AS materialize ON materialize.task = tasks.task AND materialize.grain = tasks.grain AND materialize.bucket = tasks.bucket AND materialize.kind = 'materialization'
LEFT JOIN maps AS derive ON derive.task = tasks.task AND derive.grain = tasks.grain AND derive.bucket = tasks.bucket AND derive.kind = 'derivation'
LEFT JOIN (SELECT * FROM bindings WHERE kind = 'derivation' AND transform IS NULL) AS output
  ON output.task = tasks.task AND output.grain = tasks.grain AND output.bucket = tasks.bucket
UNION ALL
FROM reduced
