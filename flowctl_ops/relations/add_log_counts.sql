-- Adds what the logs say of their tasks. Source: estuary/flow ops-catalog/catalog-stats.ts.
INSERT INTO summaries BY NAME
SELECT
  task AS name,
  true AS is_task,
  max(kind) AS kind,
  slot_of(hour_of(order_ns, doc ->> '$.ts'), order_ns) AS slot,
  count(*) FILTER (level = 'warn') AS warnings,
  count(*) FILTER (level = 'error' AND message IS DISTINCT FROM 'shard failed') AS errors,
  count(*) FILTER (level = 'error' AND message = 'shard failed') AS failures
FROM counted_logs
WHERE task IS NOT NULL
  AND level IN ('warn', 'error')
GROUP BY task, slot_of(hour_of(order_ns, doc ->> '$.ts'), order_ns);
