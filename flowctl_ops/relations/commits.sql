-- The order in which the counted stats were committed: what is `last` in a reduction.
CREATE OR REPLACE TEMP TABLE commit_order AS
SELECT
  counted.position,
  row_number() OVER (
    ORDER BY coalesce(commit_place, place_of(file, counted.position)), place_of(file, counted.position)
  ) AS number
FROM counted_stats AS counted
LEFT JOIN (
  SELECT position, commit_place FROM exact_decisions
  UNION ALL
  SELECT position, commit_place FROM decisions ANTI JOIN exact_decisions USING (position)
) AS commits USING (position);
