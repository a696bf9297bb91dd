-- The rows of a question as documents of Flow's roll-up, zeros left out: a row is one name, or one name, grain
-- and bucket.
SELECT
  '{' || concat_ws(
    ',',
    '"catalogName":' || to_json(catalog_name),
    '"kind":' || coalesce(to_json(kind)::VARCHAR, 'null'), -- $totals
    '"since":' || coalesce(to_json(nullif($from, ''))::VARCHAR, 'null'), -- $totals
    '"until":' || coalesce(to_json(nullif($to, ''))::VARCHAR, 'null'), -- $totals
    '"grain":' || to_json(grain), -- $buckets
    '"ts":"' || rfc3339_ms(ts) || '"', -- $buckets
    '"statsSummary":' || summary_object(answer),
    '"taskStats":' || task_stats -- $buckets
  ) || '}' AS doc
FROM (
$rows
) AS answer
