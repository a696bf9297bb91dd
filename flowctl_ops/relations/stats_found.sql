-- How many stats documents and how many documents of Flow's own roll-up were read, and whether a sum of them
-- may be wider than 64 bits; a row in all.
SELECT
  count(*) FILTER (class = 'stats') AS stats,
  count(*) FILTER (class = 'catalog_stats') AS exported,
  coalesce(greatest(max(docs_read), max(bytes_read), max(docs_written), max(bytes_written), max(txn_count)) > 9223372036854775807, false) AS is_wide
FROM stats_messages
