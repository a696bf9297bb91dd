-- The columns that documents are made of.
SELECT column_name FROM (DESCRIBE no_rows);
