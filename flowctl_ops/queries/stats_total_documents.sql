-- How much moved over a time, as a document a name: a row is one name.
SELECT
  '{' || concat_ws(
    ',',
    '"catalogName":' || to_json(catalog_name),
    '"kind":' || coalesce(to_json(kind)::VARCHAR, 'null'),
    '"since":' || coalesce(to_json($since)::VARCHAR, 'null'),
    '"until":' || coalesce(to_json($until)::VARCHAR, 'null'),
    '"statsSummary":' || summary_object(rows)
  ) || '}' AS doc
FROM total_rows AS rows
ORDER BY sort_key(rows, $sort) DESC, catalog_name
LIMIT $top;
