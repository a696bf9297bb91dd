-- Flow's roll-up: a row is one name, grain and bucket. A task counts what it reads and writes, a collection
-- what others read from it and write to it, a prefix all below it. Source: catalog-stats.ts.
WITH
slots AS (
  SELECT
    coalesce(task_by_path(file), task_in_document) AS name,
    slot,
    sum(docs_read)::HUGEINT AS docs_read_by_me,
    sum(bytes_read)::HUGEINT AS bytes_read_by_me,
    sum(docs_written)::HUGEINT AS docs_written_by_me,
    sum(bytes_written)::HUGEINT AS bytes_written_by_me,
    sum(txn_count)::HUGEINT AS txn_count,
    sum(usage_seconds)::HUGEINT AS usage_seconds
  FROM (
    SELECT
      file,
      task_in_document,
      bucket_of(hour, $finest) AS slot,
      sum(docs_read) AS docs_read,
      sum(bytes_read) AS bytes_read,
      sum(docs_written) AS docs_written,
      sum(bytes_written) AS bytes_written,
      sum(txn_count) AS txn_count,
      sum(usage_seconds) AS usage_seconds
    FROM counted
    GROUP BY file, task_in_document, bucket_of(hour, $finest)
  )
  GROUP BY name, slot
  UNION ALL BY NAME -- $collections
  SELECT -- $collections
    collection AS name, -- $collections
    slot, -- $collections
    sum(right_docs) FILTER (is_read(kind, transform))::HUGEINT AS docs_read_from_me, -- $collections
    sum(right_bytes) FILTER (is_read(kind, transform))::HUGEINT AS bytes_read_from_me, -- $collections
    sum(out_docs) FILTER (is_written(kind, transform))::HUGEINT AS docs_written_to_me, -- $collections
    sum(out_bytes) FILTER (is_written(kind, transform))::HUGEINT AS bytes_written_to_me, -- $collections
    arg_max(last_published_at, text_ns(last_published_at)) FILTER (is_written(kind, transform)) AS last_published_at, -- $collections
  FROM binding_sums -- $collections
  WHERE collection IS NOT NULL AND (collection <> '' OR transform IS NULL) -- $collections
  GROUP BY name, slot -- $collections
  UNION ALL BY NAME -- $logs
  SELECT -- $logs
    task AS name, -- $logs
    bucket_of(hour_of(coalesce(epoch_ns(ts), 9223372036854775807), doc ->> '$.ts'), $finest) AS slot, -- $logs
    count(*) FILTER (is_warning(level))::HUGEINT AS warnings, -- $logs
    count(*) FILTER (is_error(level, message))::HUGEINT AS errors, -- $logs
    count(*) FILTER (is_failure(level, message))::HUGEINT AS failures, -- $logs
  FROM logs -- $logs
  WHERE level IN ('warn', 'error') AND task IS NOT NULL -- $logs
  GROUP BY ALL -- $logs
  UNION ALL BY NAME
  SELECT
    NULL::HUGEINT AS docs_read_from_me, NULL::HUGEINT AS bytes_read_from_me, NULL::HUGEINT AS docs_written_to_me,
    NULL::HUGEINT AS bytes_written_to_me, NULL::HUGEINT AS warnings, NULL::HUGEINT AS errors, NULL::HUGEINT AS failures,
    NULL::VARCHAR AS last_published_at
  WHERE false
),
named AS (
  SELECT *, name AS catalog_name
  FROM slots
  UNION ALL -- $prefixes
  SELECT *, unnest(prefixes_of(name)) AS catalog_name -- $prefixes
  FROM slots -- $prefixes
),
grained AS (
  SELECT *, unnest($grains::VARCHAR[]) AS grain
  FROM named
  WHERE slot IS NOT NULL
    AND name IS NOT NULL
)
SELECT
  catalog_name,
  grain,
  bucket_of(slot, grain) AS bucket,
  coalesce(sum(docs_read_by_me), 0)::HUGEINT AS docs_read_by_me,
  coalesce(sum(bytes_read_by_me), 0)::HUGEINT AS bytes_read_by_me,
  coalesce(sum(docs_written_by_me), 0)::HUGEINT AS docs_written_by_me,
  coalesce(sum(bytes_written_by_me), 0)::HUGEINT AS bytes_written_by_me,
  coalesce(sum(docs_read_from_me), 0)::HUGEINT AS docs_read_from_me,
  coalesce(sum(bytes_read_from_me), 0)::HUGEINT AS bytes_read_from_me,
  coalesce(sum(docs_written_to_me), 0)::HUGEINT AS docs_written_to_me,
  coalesce(sum(bytes_written_to_me), 0)::HUGEINT AS bytes_written_to_me,
  coalesce(sum(txn_count), 0)::HUGEINT AS txn_count,
  coalesce(sum(usage_seconds), 0)::HUGEINT AS usage_seconds,
  coalesce(sum(warnings), 0)::HUGEINT AS warnings,
  coalesce(sum(errors), 0)::HUGEINT AS errors,
  coalesce(sum(failures), 0)::HUGEINT AS failures,
  arg_max(last_published_at, text_ns(last_published_at)) AS last_published_at
FROM grained
GROUP BY catalog_name, grain, bucket_of(slot, grain)
