-- The grains that an export of Flow's roll-up holds; a row is one grain.
SELECT DISTINCT grain FROM export_rows ORDER BY grain;
