-- Of the buckets that `add_details.sql` leaves out, the members of each document in the order of
-- commits, to be reduced one by one. A row is one task's bucket.
WITH counted AS (
  SELECT
    task,
    bucket_of(hour, $grain) AS bucket,
    number,
    detail IS NOT NULL AS is_odd,
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
  WHERE task IS NOT NULL
    AND hour IS NOT NULL
)
SELECT task, bucket, list(text ORDER BY number) AS details
FROM counted
GROUP BY task, bucket
HAVING bool_or(is_odd)
ORDER BY task, bucket;
