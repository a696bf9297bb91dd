-- Of those buckets, what each document says, in the order of commits, to be reduced one by one. A row is
-- one task's bucket.
WITH
asked AS (
  SELECT *, position AS number -- $by_position
  SELECT *, coalesce(commit_position, position) AS number -- $by_commit
  FROM (SELECT *, bucket_of(hour, grain) AS bucket FROM (SELECT *, unnest($grains::VARCHAR[]) AS grain FROM counted))
  LEFT JOIN commits USING (position) -- $by_commit
  SEMI JOIN odd_buckets USING (task, grain, bucket)
),
said AS (
  SELECT
    task,
    grain,
    bucket,
    number,
    struct_update(
      parts,
      interval := CASE WHEN parts.interval IS NOT NULL THEN interval_text(parts.interval.uptimeSeconds, parts.interval.usageRate)::JSON END
    ) AS parts,
    detail
  FROM asked
)
SELECT task, grain, bucket, list(coalesce(detail, without_nulls(to_json(parts))) ORDER BY number) AS texts
FROM said
GROUP BY task, grain, bucket
ORDER BY task, grain, bucket
