-- The tasks that rows of Parquet files name in columns of their own, whatever their time; a row is one. A row of
-- Flow's roll-up names a task where it did something itself.
SELECT task, max(kind) AS kind
FROM (
  SELECT
    coalesce(shard_name, name, shard ->> '$.name', catalog_name) AS task,
    coalesce(shard_kind, kind, shard ->> '$.kind', kind_in(task_stats::JSON)) AS kind,
    catalog_name IS NULL
    OR coalesce(has_content(task_stats::JSON), false)
    OR coalesce(did_something(stats_summary), false)
    OR coalesce(greatest(TRY_CAST(docs_written_by_me AS HUGEINT), TRY_CAST(docs_read_by_me AS HUGEINT), TRY_CAST(usage_seconds AS HUGEINT)) > 0, false) AS is_task
  FROM column_rows($paths, [], NULL, NULL)
)
WHERE task IS NOT NULL
  AND is_task
  AND NOT is_prefix(task)
GROUP BY task
ORDER BY task
