-- What stats journals and files hold, before it is known what of it is committed. A row is a stats
-- document, an acknowledgement, a document of Flow's roll-up, or a line that is no ops document.
-- `wanted` are the stats that the question is about; the others still order what is committed.
-- Lists by file stay out of the scan unless a name is asked for: files come in small pieces, and each
-- would carry the whole list. What a document moved is summed while it is at hand, so that only what
-- asks for its parts has to keep them (`read_parts.sql`).
CREATE OR REPLACE TEMP VIEW whole_stats AS
WITH
parsed AS (
  SELECT
    doc,
    file,
    json_transform(
      doc,
      '{
        "_meta": {"uuid": "VARCHAR"},
        "ts": "VARCHAR",
        "level": "VARCHAR",
        "message": "VARCHAR",
        "catalogName": "VARCHAR",
        "shard": {"kind": "VARCHAR", "name": "VARCHAR", "keyBegin": "VARCHAR", "rClockBegin": "VARCHAR"},
        "txnCount": "UBIGINT",
        "capture": "' || bindings_type() || '",
        "materialize": "' || bindings_type() || '",
        "derive": {
          "transforms": "' || transforms_type() || '",
          "published": {"docsTotal": "UBIGINT", "bytesTotal": "UBIGINT"},
          "out": {"docsTotal": "UBIGINT", "bytesTotal": "UBIGINT"},
          "lastPublishedAt": "VARCHAR"
        },
        "interval": {"uptimeSeconds": "DOUBLE", "usageRate": "DOUBLE"}
      }'
    ) AS stats
  FROM source_documents
),
identified AS (
  SELECT *, v1_number(coalesce(stats._meta.uuid, doc ->> '$._meta')) AS v1, text_ns(stats.ts) AS ns
  FROM parsed
),
sequenced AS (
  SELECT
    *,
    v1_flags(v1) AS flags,
    v1_clock(v1) AS clock,
    v1_producer(v1) AS producer,
    stats.level IS NULL AND stats.message IS NULL AND stats.catalogName IS NULL
    AND (
      stats.capture IS NOT NULL OR stats.materialize IS NOT NULL OR stats.interval IS NOT NULL
      OR stats.derive.transforms IS NOT NULL
    ) AS is_stats
  FROM identified
),
looked_at AS (
  SELECT *, CASE WHEN NOT is_stats AND NOT coalesce(flags > 1, false) THEN document_members(doc) END AS has
  FROM sequenced
),
classed AS (
  SELECT
    *,
    CASE
      WHEN flags > 1 THEN CASE WHEN flags = 2 AND clock IS NOT NULL THEN 'acknowledgement' END
      WHEN is_stats THEN 'stats'
      ELSE
        CASE document_class(doc, coalesce(stats._meta.uuid, doc ->> '$._meta'), has)
          WHEN 'stats' THEN CASE WHEN loses_bindings(doc) THEN 'unreadable' ELSE 'stats' END
          WHEN 'catalog_stats' THEN 'catalog_stats'
          WHEN 'unreadable' THEN 'unreadable'
          WHEN 'foreign' THEN 'foreign'
        END
    END AS class
  FROM looked_at
),
parted AS (
  SELECT
    *,
    CASE
      WHEN stats.capture IS NOT NULL THEN 'capture'
      WHEN stats.materialize IS NOT NULL THEN 'materialize'
      WHEN stats.derive IS NOT NULL THEN 'derive'
      WHEN stats.interval IS NOT NULL THEN 'interval'
    END AS part
  FROM classed
  WHERE class IS NOT NULL
)
SELECT
  file::INTEGER AS file,
  class,
  producer,
  clock,
  flags,
  ns,
  hour_of(ns, stats.ts)::INTEGER AS hour,
  coalesce(class = 'stats'
  AND (
    getvariable('names_regex')::VARCHAR IS NULL
    OR regexp_full_match(
      coalesce(getvariable('file_tasks')[file + 1], stats.shard.name), getvariable('names_regex')::VARCHAR, 's'
    )
  )
  AND (
    getvariable('kind')::VARCHAR IS NULL
    OR coalesce(getvariable('file_kinds')[file + 1], stats.shard.kind) = getvariable('kind')::VARCHAR
  )
  AND (getvariable('since_ns')::BIGINT IS NULL OR ns >= getvariable('since_ns')::BIGINT)
  AND (getvariable('until_ns')::BIGINT IS NULL OR ns < getvariable('until_ns')::BIGINT), false) AS wanted,
  CASE WHEN NOT getvariable('tasks_known')::BOOLEAN THEN stats.shard.name END AS task_in_document,
  CASE WHEN NOT getvariable('tasks_known')::BOOLEAN THEN stats.shard.kind END AS kind_in_document,
  stats.txnCount AS txn_count,
  CASE part
    WHEN 'capture' THEN sum_of(list_transform(map_values(stats.capture), lambda binding: binding."out".docsTotal))
    WHEN 'derive' THEN coalesce(stats.derive."out".docsTotal, 0)
  END AS docs_written,
  CASE part
    WHEN 'capture' THEN sum_of(list_transform(map_values(stats.capture), lambda binding: binding."out".bytesTotal))
    WHEN 'derive' THEN coalesce(stats.derive."out".bytesTotal, 0)
  END AS bytes_written,
  CASE part
    WHEN 'materialize' THEN sum_of(list_transform(map_values(stats.materialize), lambda binding: binding."right".docsTotal))
    WHEN 'derive' THEN sum_of(list_transform(map_values(stats.derive.transforms), lambda transform: transform."input".docsTotal))
  END AS docs_read,
  CASE part
    WHEN 'materialize' THEN sum_of(list_transform(map_values(stats.materialize), lambda binding: binding."right".bytesTotal))
    WHEN 'derive' THEN sum_of(list_transform(map_values(stats.derive.transforms), lambda transform: transform."input".bytesTotal))
  END AS bytes_read,
  CASE part
    WHEN 'interval' THEN TRY_CAST(floor(stats.interval.uptimeSeconds * stats.interval.usageRate + 0.5) AS BIGINT)
  END AS usage_seconds,
  CASE WHEN class = 'catalog_stats' THEN doc::VARCHAR END AS export,
  part,
  stats,
  doc AS whole
FROM parted;

CREATE OR REPLACE TEMP VIEW read_stats AS
SELECT * EXCLUDE (part, stats, whole)
FROM whole_stats;
