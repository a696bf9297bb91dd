-- What an export of Flow's own roll-up says of its tasks, by the finest buckets of each name, in the shape of
-- stats documents: a row is one of them. Its time is the start of the bucket.
WITH
finest AS (
  SELECT catalog_name, bucket, details
  FROM exported
  WHERE details IS NOT NULL
    AND epoch_ns(hour_timestamp(bucket)) >= $since_ns
    AND epoch_ns(hour_timestamp(bucket)) < $until_ns
  QUALIFY grain = min_by(grain, grain_rank(grain)) OVER (PARTITION BY catalog_name)
),
parsed AS (
  SELECT catalog_name AS task, bucket AS hour, json_transform(detail, '{' || parts_type() || '}') AS parts
  FROM (SELECT *, unnest(details) AS detail FROM finest)
)
SELECT
  hour::BIGINT AS position,
  hour,
  epoch_ns(hour_timestamp(hour)) AS ns,
  task,
  NULL::VARCHAR AS key_begin,
  NULL::VARCHAR AS r_clock_begin,
  part_of(parts) AS part,
  parts
FROM parsed
