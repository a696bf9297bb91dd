-- The documents of Flow's own roll-up that lie in materialized data, in the shape of `stats_messages`. A row is
-- one document.
SELECT TRY_CAST(stream AS file) AS file, 'catalog_stats' AS class, producer, clock, false AS wanted, doc, number AS rowid, file AS source
FROM read_parquet($stored_catalog_stats, hive_partitioning = false)
