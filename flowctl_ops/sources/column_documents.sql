-- Rows of columns as documents: a row is one row. Flow's own document where the file holds it,
-- else one of the same schema, made of the columns.
CREATE OR REPLACE TEMP VIEW source_documents AS
SELECT
  coalesce(flow_document::VARCHAR, column_document)::JSON AS doc,
  place_of_file(file_index) AS file,
  coalesce(level, flow_document ->> '$.level') AS level,
  coalesce(text_ns(flow_document ->> '$.ts'), text_ns(ts::VARCHAR)) AS ns,
  flow_document ->> '$._meta.uuid' AS uuid
FROM (
  SELECT
    * EXCLUDE (flow_document),
    valid_json(flow_document) AS flow_document,
    '{' || concat_ws(
      ',',
      '"shard":' || CASE
        WHEN coalesce("catalogName", catalog_name) IS NULL THEN
          coalesce(
            valid_json(shard),
            '{' || concat_ws(
              ',',
              '"kind":' || to_json(coalesce("shard/kind", kind)),
              '"name":' || to_json(coalesce("shard/name", name)),
              '"keyBegin":' || to_json("shard/keyBegin"),
              '"rClockBegin":' || to_json("shard/rClockBegin"),
              '"build":' || to_json("shard/build")
            ) || '}'
          )
      END,
      '"ts":' || to_json(rfc3339(ts::VARCHAR)),
      '"level":' || to_json(level),
      '"message":' || to_json(message),
      '"fields":' || valid_json(fields),
      '"spans":' || valid_json(spans),
      '"txnCount":' || json_number("txnCount"),
      '"openSecondsTotal":' || json_number("openSecondsTotal"),
      '"capture":' || valid_json(capture),
      '"materialize":' || valid_json(materialize),
      '"derive":' || coalesce(
        valid_json(derive),
        nullif(
          '{' || concat_ws(
            ',',
            '"published":' || counts_text("derive/published/docsTotal", "derive/published/bytesTotal"),
            '"out":' || counts_text("derive/out/docsTotal", "derive/out/bytesTotal"),
            '"lastPublishedAt":' || to_json("derive/lastPublishedAt"::VARCHAR)
          ) || '}',
          '{' || '}'
        )
      ),
      '"interval":' || coalesce(
        valid_json("interval"),
        nullif(
          '{' || concat_ws(
            ',',
            '"uptimeSeconds":' || json_number("interval/uptimeSeconds"),
            '"usageRate":' || json_number("interval/usageRate")
          ) || '}',
          '{' || '}'
        )
      ),
      '"catalogName":' || to_json(coalesce("catalogName", catalog_name)),
      '"grain":' || to_json(grain),
      '"statsSummary":' || CASE
        WHEN coalesce("catalogName", catalog_name) IS NOT NULL THEN
          coalesce(
            valid_json("statsSummary"),
            '{' || concat_ws(
              ',',
              '"writtenByMe":' || counts_text(coalesce("statsSummary/writtenByMe/docsTotal", docs_written_by_me), coalesce("statsSummary/writtenByMe/bytesTotal", bytes_written_by_me)),
              '"readByMe":' || counts_text(coalesce("statsSummary/readByMe/docsTotal", docs_read_by_me), coalesce("statsSummary/readByMe/bytesTotal", bytes_read_by_me)),
              '"writtenToMe":' || counts_text(coalesce("statsSummary/writtenToMe/docsTotal", docs_written_to_me), coalesce("statsSummary/writtenToMe/bytesTotal", bytes_written_to_me)),
              '"readFromMe":' || counts_text(coalesce("statsSummary/readFromMe/docsTotal", docs_read_from_me), coalesce("statsSummary/readFromMe/bytesTotal", bytes_read_from_me)),
              '"txnCount":' || json_number(coalesce("statsSummary/txnCount", txn_count)),
              '"usageSeconds":' || json_number(coalesce("statsSummary/usageSeconds", usage_seconds)),
              '"warnings":' || json_number(coalesce("statsSummary/warnings", warnings)),
              '"errors":' || json_number(coalesce("statsSummary/errors", errors)),
              '"failures":' || json_number(coalesce("statsSummary/failures", failures)),
              '"lastPublishedAt":' || to_json(coalesce("statsSummary/lastPublishedAt", last_published_at))
            ) || '}'
          )
      END,
      '"taskStats":' || valid_json("taskStats")
    ) || '}' AS column_document
  FROM column_rows
);
