-- Logs as the columns of a depth-one materialization: a row is one document of `documents`.
SELECT
    doc ->> '$.shard.keyBegin' AS "shard/keyBegin",
    doc ->> '$.shard.name' AS "shard/name",
    doc ->> '$.shard.rClockBegin' AS "shard/rClockBegin",
    CAST(doc ->> '$.ts' AS TIMESTAMPTZ) AS ts,
    NULLIF(doc -> '$.fields', 'null') AS fields,
    published_at AS flow_published_at,
    doc ->> '$.shard.kind' AS kind,
    doc ->> '$.level' AS level,
    doc ->> '$.message' AS message,
    doc ->> '$.shard.name' AS name,
    doc -> '$.shard' AS shard,
    doc AS flow_document
FROM documents
ORDER BY position
