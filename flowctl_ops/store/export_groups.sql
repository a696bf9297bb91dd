-- The documents of Flow's own roll-up to be written, by whether their file is open still; a row is those of one
-- Parquet file.
SELECT ($open::BOOLEAN[])[enum_code(file)::BIGINT + 1] AS open, count(*) AS rows
FROM stats_messages
WHERE class = 'catalog_stats'
GROUP BY open
ORDER BY open
