-- How much moved, as the documents of Flow's roll-up: a row is one name, grain and bucket.
SELECT
  '{' || concat_ws(
    ',',
    '"catalogName":' || to_json(rows.catalog_name),
    '"grain":' || to_json(rows.grain),
    '"ts":"' || bucket_text(rows.bucket) || '"',
    '"statsSummary":' || summary_object(rows),
    '"taskStats":' || detail
  ) || '}' AS doc
FROM catalog_rows AS rows
SEMI JOIN top_names ON top_names.catalog_name = rows.catalog_name
LEFT JOIN task_details AS details
  ON details.task = rows.catalog_name AND details.grain = rows.grain AND details.bucket = rows.bucket
ORDER BY rows.catalog_name, rows.grain, rows.bucket;
