-- What the first rows of a file of columns hold, where the columns alone leave it open; one row.
-- `$whole` tells that documents stand in it as they are: then their members say it.
SELECT
  coalesce(
    bool_or(
      lower(level) IN ('error', 'fatal', 'panic', 'warn', 'warning', 'info', 'debug', 'trace')
      OR doc ->> '$.shard.kind' IN ('capture', 'derivation', 'materialization')
      OR ($whole AND json_exists(doc, '$.level') AND list_bool_or(json_exists(doc, ['$.ts', '$.message', '$.shard', '$.fields'])))
      OR ($whole AND json_exists(doc, '$.message') AND list_bool_or(json_exists(doc, ['$.shard', '$.fields'])))
    ),
    false
  ) AS holds_logs,
  coalesce(
    bool_or(
      list_bool_or(
        list_transform(
          json_type(doc, ['$.capture', '$.materialize', '$.derive', '$.interval']), lambda type: type = 'OBJECT'
        )
      )
      OR list_bool_or(
        json_exists(doc, ['$.txnCount', '$.openSecondsTotal', '$._meta.ack', '$.ack', '$.is_ack', '$.catalogName'])
      )
    ),
    false
  ) AS holds_stats
FROM (SELECT doc, level FROM column_documents($parquet, $csv, NULL, NULL) LIMIT 2048);
