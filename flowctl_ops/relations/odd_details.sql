-- Of those buckets, what each document says, in the order of commits, to be reduced one by one. A row is
-- one task's bucket.
WITH
asked AS (
  SELECT *
  FROM (SELECT *, bucket_of(hour, grain) AS bucket FROM (SELECT *, unnest($grains::VARCHAR[]) AS grain FROM counted))
  SEMI JOIN odd_buckets USING (task, grain, bucket)
),
said AS (
  SELECT
    task,
    grain,
    bucket,
    position AS number, -- $by_position
    coalesce(commit_position, position) AS number, -- $by_commit
    coalesce(
      detail,
      '{' || concat_ws(
        ',',
        CASE WHEN parts_said.capture OR parts_said.materialize THEN
          CASE WHEN parts_said.capture THEN '"capture":' ELSE '"materialize":' END
          || object_text(list_transform(coalesce(moved, []), lambda binding: to_json(binding.collection) || ':' || binding_text(false, binding)))
        END,
        CASE WHEN parts_said.derive THEN
          '"derive":' || derive_text(
            CASE WHEN parts_said.transforms THEN
              object_text(
                list_transform(
                  list_filter(coalesce(moved, []), lambda binding: binding.transform IS NOT NULL),
                  lambda binding: to_json(binding.transform) || ':' || binding_text(true, binding)
                )
              )
            END,
            parts_said.published_docs,
            parts_said.published_bytes,
            list_filter(moved, lambda binding: binding.transform IS NULL)[1]
          )
        END,
        CASE WHEN parts_said.interval THEN '"interval":' || interval_text(uptime_seconds, usage_rate) END
      ) || '}'
    ) AS text
  FROM asked
  LEFT JOIN commits USING (position) -- $by_commit
)
SELECT task, grain, bucket, list(text ORDER BY number) AS texts
FROM said
GROUP BY task, grain, bucket
ORDER BY task, grain, bucket
