-- The roll-up where an export of it is all there is: its own rows, and for coarser grains that it lacks the
-- sums of each name's finest. Buckets that have a part in the window count as a whole.
WITH
finest AS (
  SELECT *
  FROM exported
  QUALIFY grain = min_by(grain, grain_rank(grain)) OVER (PARTITION BY catalog_name)
),
grained AS (
  SELECT *, bucket AS hour
  FROM exported
  WHERE list_contains($grains::VARCHAR[], grain)
  UNION ALL BY NAME
  SELECT * REPLACE (missing AS grain, unnest([catalog_name] || prefixes_of(catalog_name)) AS catalog_name), bucket_of(bucket, missing) AS hour
  FROM finest, (SELECT unnest($grains::VARCHAR[]) AS missing)
  WHERE NOT is_prefix(catalog_name)
    AND grain_rank(missing) > (SELECT max(grain_rank(grain)) FROM exported)
)
SELECT
  catalog_name,
  grain,
  hour AS bucket,
  sum(docs_read_by_me)::HUGEINT AS docs_read_by_me,
  sum(bytes_read_by_me)::HUGEINT AS bytes_read_by_me,
  sum(docs_written_by_me)::HUGEINT AS docs_written_by_me,
  sum(bytes_written_by_me)::HUGEINT AS bytes_written_by_me,
  sum(docs_read_from_me)::HUGEINT AS docs_read_from_me,
  sum(bytes_read_from_me)::HUGEINT AS bytes_read_from_me,
  sum(docs_written_to_me)::HUGEINT AS docs_written_to_me,
  sum(bytes_written_to_me)::HUGEINT AS bytes_written_to_me,
  sum(txn_count)::HUGEINT AS txn_count,
  sum(usage_seconds)::HUGEINT AS usage_seconds,
  sum(warnings)::HUGEINT AS warnings,
  sum(errors)::HUGEINT AS errors,
  sum(failures)::HUGEINT AS failures,
  arg_max(last_published_at, text_ns(last_published_at)) AS last_published_at,
  flatten(list(details ORDER BY bucket) FILTER (details IS NOT NULL AND NOT is_prefix(catalog_name))) AS details
FROM grained
WHERE true
  AND epoch_ns(next_bucket(hour_timestamp(hour), grain)) > $since_ns
  AND epoch_ns(hour_timestamp(hour)) < $until_ns
GROUP BY catalog_name, grain, hour
