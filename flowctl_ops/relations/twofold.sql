-- How many stats documents share their producer and clock with another that says something else, as sums of
-- several do beside the documents that they are made of; a row in all.
-- Two of one producer and clock are never both counted, so that one of them is among the uncounted.
WITH keys AS (
  SELECT producer, clock
  FROM stats_messages
  SEMI JOIN uncounted ON position_of(file, stats_messages.rowid) = uncounted.position
)
SELECT count(*)
FROM (
  SELECT producer, clock
  FROM stats_messages
  SEMI JOIN keys USING (producer, clock)
  WHERE class = 'stats'
    AND wanted
    AND clock IS NOT NULL
  GROUP BY producer, clock
  HAVING count(*) > 1
    AND count(DISTINCT {'ns': ns, 'txn_count': txn_count, 'docs_read': docs_read, 'docs_written': docs_written, 'bytes_read': bytes_read, 'bytes_written': bytes_written}) > 1
)
