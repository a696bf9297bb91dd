-- Rows of columns as documents: a row is one row. Flow's own document where the file holds it,
-- else one of the same schema, made of the columns.
CREATE OR REPLACE TEMP VIEW source_documents AS
SELECT
  coalesce(flow_document::VARCHAR, column_document)::JSON AS doc,
  getvariable('places')[(file_index + 1)::BIGINT] AS file,
  coalesce(level, flow_document ->> '$.level') AS level,
  coalesce(text_ns(flow_document ->> '$.ts'), text_ns(ts::VARCHAR)) AS ns,
  flow_document ->> '$._meta.uuid' AS uuid
FROM (
  SELECT
    * EXCLUDE (flow_document),
    CASE WHEN json_valid(flow_document::VARCHAR) THEN flow_document::VARCHAR END AS flow_document,
    '{' || concat_ws(
      ',',
      '"shard":' || coalesce(
        CASE WHEN json_valid(shard::VARCHAR) THEN shard::VARCHAR END,
        '{' || concat_ws(
          ',',
          '"kind":' || to_json(coalesce("shard/kind", kind)),
          '"name":' || to_json(coalesce("shard/name", name)),
          '"keyBegin":' || to_json("shard/keyBegin"),
          '"rClockBegin":' || to_json("shard/rClockBegin"),
          '"build":' || to_json("shard/build")
        ) || '}'
      ),
      '"ts":' || to_json(rfc3339(ts::VARCHAR)),
      '"level":' || to_json(level),
      '"message":' || to_json(message),
      '"fields":' || CASE WHEN json_valid(fields::VARCHAR) THEN fields::VARCHAR END,
      '"spans":' || CASE WHEN json_valid(spans::VARCHAR) THEN spans::VARCHAR END
    ) || '}' AS column_document
  FROM column_rows
);
