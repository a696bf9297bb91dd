-- The user's statement, a single SELECT, each value as text. The engine takes no other in `query`;
-- rows, and so their ORDER BY, are the statement's own. Each row of it is a row in all.
SELECT cell_text(COLUMNS(*)) FROM query($statement);
