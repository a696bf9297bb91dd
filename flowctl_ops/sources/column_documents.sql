-- Rows of Parquet files, or of CSV files, as documents: a row is one row. Flow's own document where
-- the file holds it, else one of the same schema, made of the columns. `lost` names the columns
-- of which a value cannot be kept, since it is not of the type that documents have.
CREATE OR REPLACE TEMP MACRO column_documents(parquet, csv, row_since, row_until) AS TABLE
WITH
kept AS (
  SELECT
    *,
    coalesce(ops_document, part_cell(flow_document)) AS document,
    coalesce(level, path_value(path, 'level')) AS own_level,
    time_cell(coalesce(ts, "timestamp")) AS own_ts,
    object_cell(meta) AS own_meta,
    part_cell(shard) AS own_shard,
    object_cell(fields) AS own_fields,
    array_cell(spans) AS own_spans,
    number_cell(txn_count) AS own_txn_count,
    number_cell(open_seconds_total) AS own_open_seconds,
    object_cell(capture) AS own_capture,
    object_cell(materialize) AS own_materialize,
    part_cell(derive) AS own_derive,
    part_cell(transforms) AS own_transforms,
    number_cell(derive_out_docs) AS own_out_docs,
    number_cell(derive_out_bytes) AS own_out_bytes,
    number_cell(derive_published_docs) AS own_published_docs,
    number_cell(derive_published_bytes) AS own_published_bytes,
    part_cell("interval") AS own_interval,
    number_cell(uptime_seconds) AS own_uptime,
    number_cell(usage_rate) AS own_rate,
    part_cell(stats_summary) AS own_summary,
    part_cell(task_stats) AS own_task_stats,
    CASE
      WHEN catalog_name IS NOT NULL THEN
        [docs_written_by_me, bytes_written_by_me, docs_read_by_me, bytes_read_by_me, docs_written_to_me, bytes_written_to_me, docs_read_from_me, bytes_read_from_me, usage_seconds, warnings, errors, failures, coalesce(summary_txn_count, txn_count)]
    END AS sum_cells,
    list_transform(sum_cells, lambda cell: number_cell(cell)) AS sums
  FROM column_rows(parquet, csv, row_since, row_until)
),
parts AS (
  SELECT
    *,
    CASE
      WHEN own_shard IS NOT NULL THEN own_shard
      WHEN catalog_name IS NULL AND coalesce(shard_kind, kind, shard_name, name, key_begin) IS NOT NULL
        THEN '{' || concat_ws(
          ',',
          '"kind":' || to_json(coalesce(shard_kind, kind)),
          '"name":' || to_json(coalesce(shard_name, name)),
          '"keyBegin":' || to_json(key_begin),
          '"rClockBegin":' || to_json(r_clock_begin),
          '"build":' || to_json(build)
        ) || '}'
      ELSE object_cell(shard)
    END AS shard_part,
    CASE
      WHEN own_derive IS NOT NULL THEN own_derive
      WHEN coalesce(own_transforms, own_out_docs, own_out_bytes, own_published_docs, own_published_bytes, derive_last_published_at) IS NOT NULL
        THEN '{' || concat_ws(
          ',',
          '"transforms":' || own_transforms,
          '"published":' || counts_of(own_published_docs, own_published_bytes),
          '"out":' || counts_of(own_out_docs, own_out_bytes),
          '"lastPublishedAt":' || to_json(time_cell(derive_last_published_at))
        ) || '}'
      ELSE object_cell(derive)
    END AS derive_part,
    CASE
      WHEN own_interval IS NOT NULL THEN own_interval
      WHEN coalesce(own_uptime, own_rate) IS NOT NULL
        THEN '{' || concat_ws(',', '"uptimeSeconds":' || own_uptime, '"usageRate":' || own_rate) || '}'
      ELSE object_cell("interval")
    END AS interval_part,
    CASE
      WHEN own_summary IS NOT NULL THEN own_summary
      WHEN sums IS NOT NULL
        THEN '{' || concat_ws(
          ',',
          '"writtenByMe":' || counts_of(sums[1], sums[2]),
          '"readByMe":' || counts_of(sums[3], sums[4]),
          '"writtenToMe":' || counts_of(sums[5], sums[6]),
          '"readFromMe":' || counts_of(sums[7], sums[8]),
          '"usageSeconds":' || sums[9],
          '"warnings":' || sums[10],
          '"errors":' || sums[11],
          '"failures":' || sums[12],
          '"txnCount":' || sums[13],
          '"lastPublishedAt":' || to_json(time_cell(last_published_at))
        ) || '}'
    END AS summary_part
  FROM kept
)
SELECT
  CASE
    WHEN document IS NOT NULL THEN document
    ELSE '{' || concat_ws(
      ',',
      '"_meta":' || coalesce(own_meta, '{"uuid":' || to_json(coalesce(uuid, meta)) || '}'),
      '"shard":' || shard_part,
      '"ts":' || to_json(own_ts),
      '"level":' || to_json(own_level),
      '"message":' || to_json(message),
      '"fields":' || own_fields,
      '"spans":' || own_spans,
      '"txnCount":' || CASE WHEN catalog_name IS NULL THEN own_txn_count END,
      '"openSecondsTotal":' || own_open_seconds,
      '"capture":' || own_capture,
      '"materialize":' || own_materialize,
      '"derive":' || derive_part,
      '"interval":' || interval_part,
      '"catalogName":' || to_json(catalog_name),
      '"grain":' || to_json(grain),
      '"statsSummary":' || summary_part,
      '"taskStats":' || own_task_stats
    ) || '}'
  END::JSON AS doc,
  path,
  CASE WHEN document IS NULL THEN own_level ELSE coalesce(document ->> '$.level', level) END AS level,
  CASE WHEN document IS NULL THEN own_ts ELSE coalesce(document ->> '$.ts', own_ts) END AS ts,
  CASE WHEN document IS NULL THEN coalesce(own_meta ->> '$.uuid', uuid, meta) ELSE document ->> '$._meta.uuid' END AS uuid,
  CASE
    WHEN ops_document IS NOT NULL THEN ops_lost
    WHEN document IS NULL THEN
      list_aggregate(
        [
          lost('flow_document', flow_document, document),
          lost('shard', shard, own_shard),
          lost('fields', fields, own_fields),
          lost('spans', spans, own_spans),
          lost('txnCount', txn_count, own_txn_count),
          lost('openSecondsTotal', open_seconds_total, own_open_seconds),
          lost('capture', capture, own_capture),
          lost('materialize', materialize, own_materialize),
          lost('derive', derive, own_derive),
          lost('derive/transforms', transforms, own_transforms),
          lost('derive/out/docsTotal', derive_out_docs, own_out_docs),
          lost('derive/out/bytesTotal', derive_out_bytes, own_out_bytes),
          lost('interval', "interval", own_interval),
          lost('interval/uptimeSeconds', uptime_seconds, own_uptime),
          lost('interval/usageRate', usage_rate, own_rate),
          lost('statsSummary', stats_summary, own_summary),
          lost('taskStats', task_stats, own_task_stats),
          CASE
            WHEN own_summary IS NULL AND list_bool_or(list_transform(sum_cells, lambda cell, place: sums[place] IS NULL AND NOT says_nothing(cell)))
              THEN 'its sums'
          END
        ],
        'string_agg', ', '
      )
  END AS lost
FROM parts;
