-- The same with the parts of each document, for what asks more of it than what it adds to its task.
-- `detail` is what the roll-up keeps of a document as `taskStats`, where the columns say less.
CREATE OR REPLACE TEMP VIEW read_stats AS
SELECT
  * EXCLUDE (stats, whole, text),
  stats.capture AS capture,
  stats.materialize AS materialize,
  stats.derive AS derive,
  stats.interval AS interval,
  CASE WHEN text IS NOT NULL AND NOT is_plain(text, stats) THEN text END AS detail,
  CASE WHEN getvariable('keep_shards')::BOOLEAN THEN
    coalesce(stats.shard.keyBegin, '') || '-' || coalesce(stats.shard.rClockBegin, '')
  END AS shard,
  CASE WHEN getvariable('keep_documents')::BOOLEAN THEN whole::VARCHAR END AS doc
FROM (
  SELECT
    *,
    CASE
      WHEN getvariable('keep_details')::BOOLEAN AND class = 'stats'
        THEN detail_text(json_extract(whole, ['$.capture', '$.materialize', '$.derive', '$.interval']))
    END AS text
  FROM whole_stats
);
