-- The rows of Flow's roll-up that are asked for, summed where several make one, and the order of their names.
$asked
shown AS (
  SELECT
    roll_up.catalog_name, -- $own_names
    asked.name AS catalog_name, -- $by_rollup
    coalesce(names.kind, 'unknown') AS catalog_name, -- $by_kind
    tenant_of(roll_up.catalog_name) AS catalog_name, -- $by_tenant
    grain,
    ts,
    sum(docs_read_by_me) AS docs_read_by_me, -- $sum
    sum(bytes_read_by_me) AS bytes_read_by_me, -- $sum
    sum(docs_written_by_me) AS docs_written_by_me, -- $sum
    sum(bytes_written_by_me) AS bytes_written_by_me, -- $sum
    sum(docs_read_from_me) AS docs_read_from_me, -- $sum
    sum(bytes_read_from_me) AS bytes_read_from_me, -- $sum
    sum(docs_written_to_me) AS docs_written_to_me, -- $sum
    sum(bytes_written_to_me) AS bytes_written_to_me, -- $sum
    sum(txn_count) AS txn_count, -- $sum
    sum(warnings) AS warnings, -- $sum
    sum(errors) AS errors, -- $sum
    sum(failures) AS failures, -- $sum
    sum(usage_seconds) AS usage_seconds, -- $sum
    arg_max(summary ->> '$.lastPublishedAt', last_published_at) AS last_published_at, -- $sum
    NULL AS task_stats -- $sum
    docs_read_by_me, bytes_read_by_me, docs_written_by_me, bytes_written_by_me, -- $own_names
    docs_read_from_me, bytes_read_from_me, docs_written_to_me, bytes_written_to_me, -- $own_names
    txn_count, warnings, errors, failures, usage_seconds, -- $own_names
    summary ->> '$.lastPublishedAt' AS last_published_at, -- $own_documents
    task_stats -- $own_documents
  FROM catalog_stats AS roll_up
  LEFT JOIN names ON names.catalog_name = roll_up.catalog_name -- $with_names
  JOIN asked ON is_named(roll_up.catalog_name, asked.regex) -- $by_rollup
  WHERE list_contains($grains, grain)
    AND is_named(roll_up.catalog_name, $names)
    AND is_named(roll_up.catalog_name, $task_names)
    AND names.is_task -- $of_tasks
    AND names.kind = $kind -- $of_tasks
    AND names.is_collection -- $of_collections
    AND is_prefix(roll_up.catalog_name) -- $prefixes
    AND NOT is_prefix(roll_up.catalog_name) -- $sum
    AND next_bucket(ts, grain) > $since::TIMESTAMP_NS
    AND ts < $until::TIMESTAMP_NS
  GROUP BY ALL -- $sum
),
ranked AS (
  SELECT catalog_name, row_number() OVER (
      ORDER BY
        max(newest) DESC, -- $sort_newest
        max(total) DESC,
        catalog_name
    ) AS rank
  FROM (
    SELECT catalog_name, grain, sum(sort_key(shown, $sort, $by_me, $of_me)) AS total, max(ts) AS newest
    FROM shown
    GROUP BY catalog_name, grain
  )
  GROUP BY catalog_name
  QUALIFY rank <= $top
)
