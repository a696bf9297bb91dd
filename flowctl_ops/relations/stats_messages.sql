-- What stats journals and files hold, before it is known what of it is committed. A row is a stats
-- document, an acknowledgement, a document of Flow's roll-up, or a line that is no ops document.
-- `wanted` are the stats that the question is about; the others still order what is committed. What a
-- document adds to its task is summed while it is at hand; `parts` keeps its bindings as they were read where
-- they are asked for, `detail` what the roll-up keeps of it where those say less. What few words say is an ENUM:
-- a year is millions of rows.
WITH
parsed AS (
  SELECT doc, TRY_CAST(path AS file) AS file, json_transform(doc, stats_type()) AS stats
  FROM documents($json_paths)
  FROM table_documents -- $no_json
),
identified AS (
  SELECT
    *,
    v1_number(coalesce(stats._meta.uuid, doc ->> '$._meta')) AS v1,
    text_ns(stats.ts) AS ns,
    part_of(stats) AS part
  FROM parsed
),
sequenced AS (
  SELECT
    *,
    v1_flags(v1) AS flags,
    v1_clock(v1) AS clock,
    v1_producer(v1) AS producer,
    coalesce(
      stats.level IS NULL AND stats.message IS NULL AND stats.catalogName IS NULL AND part IS NOT NULL
      AND (part <> 'derive' OR stats.derive.transforms IS NOT NULL),
      false
    ) AS is_stats
  FROM identified
),
looked_at AS (
  SELECT *, CASE WHEN NOT is_stats AND NOT coalesce(flags > 1, false) THEN members_of(doc) END AS has
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
named AS (
  SELECT
    *,
    CASE WHEN class = 'stats' THEN is_plain(doc, stats) END AS plain, -- $details
    CASE WHEN enum_code(file) >= $settled THEN coalesce(stats.shard.name, task_in(doc)) END AS task_in_document,
    CASE WHEN enum_code(file) >= $settled THEN coalesce(stats.shard.kind, kind_of(part)) END AS kind_in_document
  FROM classed
  WHERE class IS NOT NULL
)
SELECT
  file,
  class::ENUM ('stats', 'acknowledgement', 'catalog_stats', 'unreadable', 'foreign') AS class,
  producer,
  clock,
  flags,
  ns,
  hour_of(ns, stats.ts)::INTEGER AS hour,
  coalesce(
    class = 'stats'
    AND (enum_code(file) < $settled OR is_named(coalesce(task_by_path(file), task_in_document), $names)) -- $names
    AND (enum_code(file) < $settled OR coalesce(kind_by_path(file), kind_in_document) = $kind) -- $kind
    AND ns >= $since_ns
    AND ns < $until_ns
    , false
  ) AS wanted,
  task_in_document,
  kind_in_document,
  part::ENUM ('capture', 'materialize', 'derive', 'interval') AS part,
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
  usage_of(part, stats.interval.uptimeSeconds, stats.interval.usageRate) AS usage_seconds,
  CASE WHEN class = 'stats' THEN CASE
    WHEN plain AND part IS NOT NULL THEN false -- $details
    WHEN may_lose_counts(part, stats, doc) THEN loses_counts(doc)
    ELSE false
  END ELSE false END AS loses_counts,
  {'capture': stats.capture, 'materialize': stats.materialize, 'derive': stats.derive, 'interval': stats.interval} AS parts, -- $bindings
  stats.shard.keyBegin AS key_begin, -- $bindings
  stats.shard.rClockBegin AS r_clock_begin, -- $bindings
  CASE WHEN NOT plain THEN detail_text(doc) END AS detail, -- $details
  CASE WHEN class IN ('catalog_stats', 'stats') THEN doc::VARCHAR END AS doc, -- $documents
  CASE WHEN class = 'catalog_stats' THEN doc::VARCHAR END AS doc, -- $no_documents
  row_number() OVER () AS rowid, -- $stored
  NULL AS source, -- $stored
  NULL::BIGINT AS committed_at, -- $stored
FROM named
UNION ALL BY NAME -- $stats_stored
$stats_stored
UNION ALL BY NAME -- $exports_stored
$exports_stored
