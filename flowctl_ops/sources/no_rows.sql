-- The columns that documents are made of, and no row: what a Parquet or CSV file lacks comes from here.
CREATE OR REPLACE TEMP VIEW no_rows AS
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
WHERE false;
