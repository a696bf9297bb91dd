-- Adds the rows of an export of Flow's roll-up whose bucket begins in the window.
INSERT INTO catalog_rows BY NAME
SELECT
  catalog_name,
  grain,
  bucket,
  is_task,
  is_collection,
  kind,
  docs_read_by_me,
  bytes_read_by_me,
  docs_written_by_me,
  bytes_written_by_me,
  docs_read_from_me,
  bytes_read_from_me,
  docs_written_to_me,
  bytes_written_to_me,
  txn_count,
  usage_seconds,
  warnings,
  errors,
  failures,
  last_published_at,
  TRY_CAST(bucket::HUGEINT * 3600000000000 AS BIGINT) AS newest_ns
FROM export_rows
WHERE list_contains($grains::VARCHAR[], grain)
  AND is_asked(catalog_name, is_task, is_collection, kind)
  AND is_within(bucket, grain);
