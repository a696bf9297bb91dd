-- The rows of Flow's roll-up that are asked for, summed where several make one.
WITH
$tasks
$asked
shown AS (
  SELECT
    catalog_name, -- $own
    asked.name AS catalog_name, -- $by_rollup
    coalesce(tasks.kind, 'unknown') AS catalog_name, -- $by_kind
    split_part(catalog_name, '/', 1) AS catalog_name, -- $by_tenant
    grain,
    ts,
    sum(docs_read_by_me) AS docs_read_by_me,
    sum(bytes_read_by_me) AS bytes_read_by_me,
    sum(docs_written_by_me) AS docs_written_by_me,
    sum(bytes_written_by_me) AS bytes_written_by_me,
    sum(docs_read_from_me) AS docs_read_from_me, -- $of_me
    sum(bytes_read_from_me) AS bytes_read_from_me, -- $of_me
    sum(docs_written_to_me) AS docs_written_to_me, -- $of_me
    sum(bytes_written_to_me) AS bytes_written_to_me, -- $of_me
    sum(txn_count) AS txn_count,
    sum(warnings) AS warnings,
    sum(errors) AS errors,
    sum(failures) AS failures,
    sum(usage_seconds) AS usage_seconds
  FROM catalog_stats
  JOIN tasks ON tasks.task = catalog_name -- $tasks
  JOIN asked ON regexp_full_match(catalog_name, asked.regex, 's') -- $by_rollup
  WHERE grain IN ($grains)
    AND regexp_full_match(catalog_name, $names, 's')
    AND regexp_full_match(catalog_name, $task_names, 's')
    AND tasks.kind = $kind
    AND ts >= date_trunc(CASE grain WHEN 'hourly' THEN 'hour' WHEN 'daily' THEN 'day' ELSE 'month' END, $since::TIMESTAMP_NS)
    AND ts < $until::TIMESTAMP_NS
    AND catalog_name IN (SELECT collection FROM bindings) -- $collections
    AND ends_with(catalog_name, '/') -- $prefixes
    AND NOT ends_with(catalog_name, '/') -- $by_rollup
  GROUP BY ALL
),
ranked AS (
  SELECT catalog_name, row_number() OVER (ORDER BY max(total) DESC, catalog_name) AS rank
  FROM (
    SELECT
      catalog_name,
      grain,
      0 AS total, -- $sort_name
      sum(bytes_read_by_me + bytes_written_by_me) AS total, -- $sort_bytes_by_me
      sum(docs_read_by_me + docs_written_by_me) AS total, -- $sort_docs_by_me
      sum(bytes_read_by_me + bytes_written_by_me + bytes_read_from_me + bytes_written_to_me) AS total, -- $sort_bytes
      sum(docs_read_by_me + docs_written_by_me + docs_read_from_me + docs_written_to_me) AS total, -- $sort_docs
      sum(txn_count) AS total, -- $sort_transactions
      sum(warnings) AS total, -- $sort_warnings
      sum(errors) AS total, -- $sort_errors
      sum(failures) AS total, -- $sort_failures
      sum(usage_seconds) AS total, -- $sort_usage
    FROM shown
    GROUP BY catalog_name, grain
  )
  GROUP BY catalog_name
  QUALIFY rank <= $top
)
