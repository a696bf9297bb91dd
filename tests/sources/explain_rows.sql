-- How the rows of the last question are scanned; a row in all, a plan.
EXPLAIN ANALYZE SELECT message, level FROM column_rows;
