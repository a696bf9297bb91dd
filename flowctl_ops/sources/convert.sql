-- Writes one Parquet file anew, as documents made of it alone: beside others its columns would lose
-- their types.
COPY (
  SELECT doc::VARCHAR AS "ops/document", lost AS "ops/lost" FROM column_documents($paths, [], NULL, NULL)
) TO $copy (FORMAT parquet);
