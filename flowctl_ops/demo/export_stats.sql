-- Stats as the columns of a depth-one materialization: a row is one document of `documents`.
SELECT
    doc ->> '$.shard.keyBegin' AS "shard/keyBegin",
    doc ->> '$.shard.name' AS "shard/name",
    doc ->> '$.shard.rClockBegin' AS "shard/rClockBegin",
    CAST(doc ->> '$.ts' AS TIMESTAMPTZ) AS ts,
    doc -> '$.capture' AS capture,
    doc -> '$.derive' AS derive,
    published_at AS flow_published_at,
    doc -> '$.interval' AS interval,
    doc ->> '$.shard.kind' AS kind,
    doc -> '$.materialize' AS materialize,
    doc ->> '$.shard.name' AS name,
    CAST(doc ->> '$.openSecondsTotal' AS DOUBLE) AS "openSecondsTotal",
    doc -> '$.shard' AS shard,
    CAST(doc ->> '$.txnCount' AS BIGINT) AS "txnCount",
    doc AS flow_document
FROM documents
ORDER BY position
