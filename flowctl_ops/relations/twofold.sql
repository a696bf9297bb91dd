-- How many stats documents share their producer and clock with another that says something else, as sums of
-- several do beside the documents that they are made of; a row in all.
SELECT count(*)
FROM (
  SELECT producer, clock
  FROM stats_messages
  WHERE class = 'stats'
    AND wanted
    AND clock IS NOT NULL
  GROUP BY producer, clock
  HAVING count(*) > 1
    AND count(DISTINCT {'ns': ns, 'txn_count': txn_count, 'docs_read': docs_read, 'docs_written': docs_written, 'bytes_read': bytes_read, 'bytes_written': bytes_written}) > 1
)
