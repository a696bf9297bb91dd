-- Parquet files as rows of columns by Flow's projection names; a row is one row. `no_rows`
-- gives the columns that a file lacks. Bounds on `ts` let the scan pass over row groups.
CREATE OR REPLACE TEMP VIEW column_rows AS
SELECT *
FROM (
  SELECT * FROM no_rows
  UNION ALL BY NAME
  SELECT *, file_index::BIGINT AS file_index
  FROM read_parquet(
    getvariable('paths'), union_by_name = true, hive_partitioning = false, allow_empty = true
  )
)
WHERE (
    getvariable('row_since')::TIMESTAMPTZ IS NULL
    OR ts IS NULL
    OR TRY_CAST(ts AS TIMESTAMPTZ) >= getvariable('row_since')::TIMESTAMPTZ
  )
  AND (
    getvariable('row_until')::TIMESTAMPTZ IS NULL
    OR ts IS NULL
    OR TRY_CAST(ts AS TIMESTAMPTZ) < getvariable('row_until')::TIMESTAMPTZ
  );
