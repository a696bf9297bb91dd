-- What the roll-up keeps of tasks whose documents say more than their bindings do, reduced outside of the
-- engine; the lists are of one length. A row is one task's bucket of a grain.
SELECT
  unnest($names::VARCHAR[]) AS catalog_name,
  unnest($grains::VARCHAR[]) AS grain,
  unnest($buckets::BIGINT[]) AS bucket,
  unnest($details::VARCHAR[]) AS detail
