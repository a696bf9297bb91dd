-- Adds the rows of an export of Flow's roll-up whose bucket has a part in the window.
INSERT INTO catalog_rows BY NAME
SELECT rows.* EXCLUDE (is_task, details, kind), known.kind
FROM export_rows AS rows
LEFT JOIN known_names AS known ON known.name = rows.catalog_name
WHERE list_contains($grains::VARCHAR[], grain)
  AND is_asked(catalog_name, known.is_task, known.is_collection, known.kind)
  AND is_within(bucket, grain);
