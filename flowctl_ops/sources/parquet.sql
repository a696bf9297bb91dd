-- Parquet files as rows of columns by Flow's projection names; a row is one row. The empty part
-- gives the columns that a file lacks. Bounds on `ts` let the scan pass over row groups.
CREATE OR REPLACE TEMP VIEW column_rows AS
SELECT *
FROM (
  SELECT
    NULL::BIGINT AS file_index,
    NULL::VARCHAR AS "shard/kind",
    NULL::VARCHAR AS "shard/name",
    NULL::VARCHAR AS "shard/keyBegin",
    NULL::VARCHAR AS "shard/rClockBegin",
    NULL::VARCHAR AS "shard/build",
    NULL::VARCHAR AS kind,
    NULL::VARCHAR AS name,
    NULL::VARCHAR AS shard,
    NULL::TIMESTAMPTZ AS ts,
    NULL::VARCHAR AS level,
    NULL::VARCHAR AS message,
    NULL::VARCHAR AS fields,
    NULL::VARCHAR AS spans,
    NULL::VARCHAR AS flow_document
  WHERE false
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
