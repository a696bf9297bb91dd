-- What an export of Flow's own roll-up says of bindings, by the finest buckets of each name: a row is one
-- binding or transform of one name and bucket, or a derivation's output. Its time is the start of the bucket.
WITH
finest AS (
  SELECT catalog_name, kind, bucket, details
  FROM exported
  WHERE details IS NOT NULL
    AND epoch_ns(hour_timestamp(bucket)) >= $since_ns
    AND epoch_ns(hour_timestamp(bucket)) < $until_ns
  QUALIFY grain = min_by(grain, grain_rank(grain)) OVER (PARTITION BY catalog_name)
),
parsed AS (
  SELECT catalog_name AS task, bucket AS hour, json_transform(detail, '{' || parts_type() || '}') AS stats
  FROM (SELECT *, unnest(details) AS detail FROM finest)
),
parted AS (
  SELECT *, part_of(struct_insert(stats, interval := NULL::INTEGER)) AS part
  FROM parsed
),
moved AS (
  SELECT task, hour, kind_of(part) AS kind, part = 'derive' AS is_output, unnest(bindings_of(part, stats), recursive := true)
  FROM parted
  WHERE part IS NOT NULL
)
SELECT
  * EXCLUDE (is_output, collection),
  epoch_ns(hour_timestamp(hour)) AS ns,
  CASE WHEN is_output AND transform IS NULL THEN task ELSE collection END AS collection,
  NULL::VARCHAR AS key_begin,
  NULL::VARCHAR AS r_clock_begin,
  hour::BIGINT AS position
FROM moved
