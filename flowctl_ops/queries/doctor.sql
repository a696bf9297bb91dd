-- What the data covers and what is odd in it: a row is one collection of one task, and last the documents that
-- name no task. Holes are bytes of a journal that no file holds.
WITH
fragments AS (
  SELECT
    journal,
    task,
    begin_offset,
    end_offset,
    epoch_ns(opened_at) AS opened_ns,
    max(end_offset) OVER before AS reach,
    max(epoch_ns(opened_at)) OVER before AS before_ns
  FROM files
  WHERE journal IS NOT NULL
    AND begin_offset IS NOT NULL
  WINDOW before AS (PARTITION BY journal ORDER BY begin_offset, end_offset ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
overlapping AS (
  SELECT
    task,
    regexp_extract(journal, '(?:^|/)(logs|stats)/', 1) AS collection,
    sum(least(reach, end_offset) - begin_offset)::BIGINT AS overlap_bytes
  FROM fragments
  WHERE begin_offset < reach
  GROUP BY ALL
),
holes AS (
  SELECT
    task,
    regexp_extract(journal, '(?:^|/)(logs|stats)/', 1) AS collection,
    count(*) AS holes,
    sum(begin_offset - reach)::BIGINT AS hole_bytes,
    list(
      bytes_text(begin_offset - reach) || ' between ' || strftime(make_timestamp_ns(before_ns), '%m-%d %H:%M')
      || ' and ' || strftime(make_timestamp_ns(opened_ns), '%m-%d %H:%M') ORDER BY begin_offset
    ) AS texts
  FROM fragments
  WHERE begin_offset > reach
  GROUP BY ALL
),
kept AS (
  SELECT
    task,
    any_value(kind) AS kind,
    coalesce(nullif(regexp_extract(collection, '(logs|stats)$', 1), ''), 'other') AS collection,
    count(*) AS files,
    sum(size)::BIGINT AS bytes,
    count(*) FILTER (why_not LIKE 'covered%') AS covered,
    count(*) FILTER (why_not LIKE '%backfill%') AS older_backfills
  FROM files
  WHERE task IS NOT NULL
    AND collection IS NOT NULL
  GROUP BY ALL
),
not_counted AS (
  SELECT
    collection,
    task,
    count(*) FILTER (why = 'copy') AS copies,
    count(*) FILTER (why = 'rolled back') AS rolled_back,
    count(*) FILTER (why = 'uncommitted') AS uncommitted
  FROM left_out
  GROUP BY ALL
),
counted AS (
  SELECT
    'logs' AS collection,
    task,
    max(kind) AS kind,
    count(*) AS documents,
    min(epoch_ns(ts)) FILTER (isfinite(ts)) AS first_ns,
    max(epoch_ns(ts)) FILTER (isfinite(ts)) AS last_ns,
    count(*) FILTER (level NOT IN ('error', 'warn', 'info', 'debug', 'trace') OR level IS NULL) AS unknown_levels,
    list(DISTINCT level) FILTER (level NOT IN ('error', 'warn', 'info', 'debug', 'trace')) AS levels,
    count(*) FILTER (ts IS NULL) AS untimed,
    count(DISTINCT file) AS of_files
  FROM logs
  GROUP BY task
  UNION ALL
  SELECT 'stats', task, max(kind), count(*), min(epoch_ns(ts)) FILTER (isfinite(ts)), max(epoch_ns(ts)) FILTER (isfinite(ts)), 0, NULL, count(*) FILTER (ts IS NULL), count(DISTINCT file)
  FROM stats
  GROUP BY task
  UNION ALL -- $exported
  SELECT -- $exported
    'catalog_stats', catalog_name, max(names.kind), count(*), min(epoch_ns(ts)), max(epoch_ns(ts)), 0, NULL, 0, -- $exported
    (SELECT count(*) FROM files WHERE used) -- $exported
  FROM ( -- $exported
    SELECT catalog_name, ts -- $exported
    FROM catalog_stats -- $exported
    WHERE NOT EXISTS (FROM stats) -- $exported
    QUALIFY grain = min_by(grain, grain_rank(grain)) OVER (PARTITION BY catalog_name) -- $exported
  ) -- $exported
  JOIN names USING (catalog_name) -- $exported
  WHERE is_task -- $exported
  GROUP BY catalog_name -- $exported
),
documents AS (
  SELECT
    * EXCLUDE (collection, task),
    coalesce(counted.collection, not_counted.collection) AS collection,
    coalesce(counted.task, not_counted.task) AS task
  FROM counted
  FULL JOIN not_counted
    ON not_counted.collection = counted.collection AND not_counted.task IS NOT DISTINCT FROM counted.task
)
SELECT
  coalesce(documents.collection, kept.collection) AS collection,
  coalesce(documents.task, kept.task) AS task,
  coalesce(documents.kind, kept.kind) AS kind,
  greatest(coalesce(kept.files, 0), coalesce(documents.of_files, 0)) AS files,
  kept.bytes,
  coalesce(documents.documents, 0) AS documents,
  rfc3339_ns(first_ns) AS first_document,
  rfc3339_ns(last_ns) AS last_document,
  (epoch_ns($now::TIMESTAMP_NS) - last_ns) / 1e9 AS age_seconds,
  coalesce(holes.holes, 0) AS holes,
  coalesce(hole_bytes, 0) AS hole_bytes,
  coalesce(covered, 0) AS covered_files,
  coalesce(overlap_bytes, 0) AS overlap_bytes,
  coalesce(older_backfills, 0) AS older_backfills,
  coalesce(copies, 0) AS copies,
  coalesce(rolled_back, 0) AS rolled_back,
  coalesce(uncommitted, 0) AS uncommitted,
  coalesce(unknown_levels, 0) AS unknown_levels,
  coalesce(untimed, 0) AS untimed,
  nullif(concat_ws('; ',
    CASE WHEN documents.task IS NULL AND documents.collection IS NOT NULL THEN 'these documents name no task' END,
    CASE WHEN documents.collection IS NULL THEN 'no document could be read' END,
    'a hole of ' || array_to_string(texts[:3], ', of ') || CASE WHEN len(texts) > 3 THEN ' and ' || len(texts) - 3 || ' more' ELSE '' END,
    CASE WHEN covered > 0 THEN counted_text(covered, 'file') || ' covered by others' END,
    CASE WHEN overlap_bytes > 0 THEN bytes_text(overlap_bytes) || ' of the journal held twice' END,
    CASE WHEN older_backfills > 0 THEN counted_text(older_backfills, 'file') || ' of older backfills' END,
    CASE WHEN copies > 0 THEN format('{:,} ', copies) || CASE WHEN copies = 1 THEN 'copy' ELSE 'copies' END || ' of what stands before' END,
    CASE WHEN rolled_back > 0 THEN format('{:,} rolled back', rolled_back) END,
    CASE WHEN uncommitted > 0 THEN format('{:,} not acknowledged', uncommitted) END,
    CASE WHEN unknown_levels > 0 THEN counted_text(unknown_levels, 'log') || ' of an unknown level'
      || coalesce(' (' || shortened(array_to_string(list_sort(levels), ', '), 60) || ')', '') END,
    CASE WHEN untimed > 0 THEN untimed || ' without a readable time' END
  ), '') AS findings
FROM documents
FULL JOIN kept ON kept.task = documents.task AND kept.collection = documents.collection
LEFT JOIN holes
  ON holes.task = coalesce(documents.task, kept.task) AND holes.collection = coalesce(documents.collection, kept.collection)
LEFT JOIN overlapping
  ON overlapping.task = coalesce(documents.task, kept.task) AND overlapping.collection = coalesce(documents.collection, kept.collection)
WHERE true
  AND is_named(coalesce(documents.task, kept.task, ''), $names)
ORDER BY collection, task NULLS LAST
