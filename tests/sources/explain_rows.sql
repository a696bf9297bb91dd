-- How the rows of a window are scanned; a row in all, a plan.
EXPLAIN ANALYZE SELECT message, level FROM column_rows($paths, [], $since, $until)
