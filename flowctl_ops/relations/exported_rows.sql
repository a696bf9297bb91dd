-- Adds the rows of an export of Flow's roll-up whose bucket has a part in the window.
INSERT INTO catalog_rows BY NAME
SELECT * EXCLUDE (details)
FROM export_rows
WHERE list_contains($grains::VARCHAR[], grain)
  AND is_asked(catalog_name, is_task, is_collection, kind)
  AND is_within(bucket, grain);
