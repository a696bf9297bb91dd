-- Which messages there are: a row is one template of them, the most frequent first, and at last the rest in one.
-- What differs between messages stands in a template as named masks. Counts add up to all the logs.
WITH
asked AS NOT MATERIALIZED (
  SELECT level, task, message, ts
  FROM logs
  WHERE task IS NOT NULL
    AND is_named(task, $names)
    AND kind = $kind
    AND level_rank(level) <= $max_rank
    AND ts >= $since::TIMESTAMP_NS
    AND ts < $until::TIMESTAMP_NS
),
reach AS (
  SELECT
    min(epoch_ns(ts)) AS first_ns, -- $from_first
    max(epoch_ns($since::TIMESTAMP_NS)) AS first_ns, -- $from_since
    max(epoch_ns($new_since::TIMESTAMP_NS)) AS first_ns,
    max(epoch_ns(ts)) + 1 AS end_ns, -- $to_last
    max(epoch_ns($until::TIMESTAMP_NS)) AS end_ns,
  FROM asked
  WHERE isfinite(ts)
),
texts AS ( -- digits are alike to every mask, so that few texts of many need to be masked
  SELECT
    level,
    task,
    translate(message, '123456789', '000000000') AS text,
    count(*) AS count, -- $of_any_time
    0 AS earlier, -- $of_any_time
    count(*) FILTER (ts >= $new_since::TIMESTAMP_NS) AS count,
    count(*) FILTER (ts < $new_since::TIMESTAMP_NS) AS earlier,
    min(epoch_ns(ts)) FILTER (isfinite(ts)) AS first_ns,
    max(epoch_ns(ts)) FILTER (isfinite(ts)) AS last_ns,
    arg_max(message, ts) AS sample,
    any_value(message) AS any_sample,
    histogram(
      least(
        (epoch_ns(ts)::HUGEINT - (SELECT first_ns FROM reach))
        // (SELECT greatest(1, (end_ns::HUGEINT - first_ns - 1) // $shares + 1) FROM reach),
        $shares - 1
      )::INTEGER
    ) FILTER (isfinite(ts) AND epoch_ns(ts) >= (SELECT first_ns FROM reach)) AS shares
  FROM asked
  GROUP BY level, task, text
),
templates AS (
  SELECT
    level,
    shortened(masked(shortened(folded(coalesce(sample, any_sample)), 2000)), 500) AS template,
    sum(count)::BIGINT AS count,
    sum(earlier)::BIGINT AS earlier,
    count(DISTINCT task) FILTER (count > 0) AS tasks,
    min(first_ns) AS first_ns,
    max(last_ns) AS last_ns,
    coalesce(arg_max(sample, last_ns), any_value(any_sample)) AS sample,
    flatten(list(map_entries(shares))) AS shares
  FROM texts
  GROUP BY level, template
),
ranked AS (
  SELECT *, row_number() OVER (ORDER BY count DESC, last_ns DESC NULLS LAST, template, level) AS rank
  FROM templates
  WHERE count > 0
    AND earlier = 0
),
shown AS (
  SELECT level, template, count, tasks, first_ns, last_ns, shortened(folded(sample), 1000) AS sample, shares, rank
  FROM ranked
  WHERE rank <= $top
  UNION ALL
  SELECT NULL, '(' || count(*) || ' more)', sum(count)::BIGINT, NULL, min(first_ns), max(last_ns), NULL, flatten(list(shares)), NULL
  FROM ranked
  WHERE rank > $top
  HAVING count(*) > 0
)
SELECT
  level,
  count,
  tasks,
  rfc3339_ns(first_ns) AS first_seen,
  rfc3339_ns(last_ns) AS last_seen,
  list_transform(
    range($shares),
    lambda share: coalesce(list_sum(list_transform(list_filter(shares, lambda entry: entry.key = share), lambda entry: entry.value)), 0)::BIGINT
  ) AS activity,
  template,
  sample
FROM shown
ORDER BY rank NULLS LAST
