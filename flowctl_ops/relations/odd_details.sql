-- Of the buckets that `add_details.sql` leaves out, the members of each document in the order of
-- commits, to be reduced one by one. A row is one task's bucket.
WITH
odd AS (
  SELECT DISTINCT task, bucket_of(hour, $grain) AS bucket
  FROM counted_stats
  WHERE detail IS NOT NULL
    AND task IS NOT NULL
    AND hour IS NOT NULL
),
counted AS (
  SELECT
    task,
    bucket_of(hour, $grain) AS bucket,
    number,
    coalesce(
      detail,
      '{' || concat_ws(
        ',',
        '"capture":' || object_text(list_transform(map_entries(capture), lambda entry: to_json(entry.key) || ':' || binding_text(entry.value))),
        '"materialize":' || object_text(list_transform(map_entries(materialize), lambda entry: to_json(entry.key) || ':' || binding_text(entry.value))),
        '"derive":' || CASE WHEN derive IS NOT NULL THEN
          '{' || concat_ws(
            ',',
            '"transforms":' || object_text(list_transform(map_entries(derive.transforms), lambda entry: to_json(entry.key) || ':' || transform_text(entry.value))),
            '"published":' || pair_text(derive.published),
            '"out":' || pair_text(derive."out"),
            '"lastPublishedAt":' || to_json(derive.lastPublishedAt)
          ) || '}'
        END,
        '"interval":' || CASE WHEN "interval" IS NOT NULL THEN
          '{' || concat_ws(
            ',',
            '"uptimeSeconds":' || number_text("interval".uptimeSeconds),
            '"usageRate":' || number_text("interval".usageRate)
          ) || '}'
        END
      ) || '}'
    ) AS text
  FROM counted_stats
  JOIN commit_order USING (position)
  SEMI JOIN odd ON odd.task = counted_stats.task AND odd.bucket = bucket_of(hour, $grain)
)
SELECT task, bucket, list(text ORDER BY number) AS details
FROM counted
GROUP BY task, bucket
ORDER BY task, bucket;
