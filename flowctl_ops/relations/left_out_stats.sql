-- Why stats documents that a question is about do not count. What is committed elsewhere is a copy, as is what
-- stands before and was not committed either. A row is one document.
WITH
documents AS (
  SELECT *, position_of(file, rowid) AS position
  FROM stats_messages
  WHERE class = 'stats'
),
uncounted_documents AS (
  SELECT
    documents.*,
    coalesce(is_rolled_back, false) AS is_rolled_back, -- $committed
    uncommitted.position IS NOT NULL AS is_uncommitted -- $committed
    false AS is_rolled_back, -- $every
    false AS is_uncommitted -- $every
  FROM documents
  SEMI JOIN uncounted USING (position)
  LEFT JOIN uncommitted USING (position) -- $committed
  WHERE wanted
),
elsewhere AS (
  SELECT DISTINCT producer, clock
  FROM documents
  SEMI JOIN (SELECT producer, clock FROM uncounted_documents WHERE is_uncommitted) AS asked USING (producer, clock)
  ANTI JOIN uncommitted USING (position)
)
SELECT
  file,
  ns,
  task_in_document,
  kind_in_document,
  position,
  CASE
    WHEN NOT is_uncommitted OR elsewhere.clock IS NOT NULL THEN 'copy'
    WHEN position > min(position) OVER (PARTITION BY producer, clock) THEN 'copy'
    WHEN is_rolled_back THEN 'rolled back'
    ELSE 'uncommitted'
  END AS why
FROM uncounted_documents
LEFT JOIN elsewhere USING (producer, clock)
