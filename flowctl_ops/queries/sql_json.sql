-- The user's statement, a single SELECT, each value as JSON. Each row of it is a row in all.
SELECT cell_json(COLUMNS(*)) FROM query($statement);
