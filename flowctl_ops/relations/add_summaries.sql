-- Adds what the counted stats of a set of streams come to.
INSERT INTO summaries BY NAME
SELECT
  coalesce(scanned_files.task, task_in_document) AS name,
  true AS is_task,
  coalesce(scanned_files.kind, kind_in_document) AS kind,
  slot,
  docs_read_by_me,
  bytes_read_by_me,
  docs_written_by_me,
  bytes_written_by_me,
  txn_count,
  usage_seconds,
  newest_ns
FROM (
  SELECT
    file,
    task_in_document,
    kind_in_document,
    slot_of(hour, ns) AS slot,
    sum(docs_read) AS docs_read_by_me,
    sum(bytes_read) AS bytes_read_by_me,
    sum(docs_written) AS docs_written_by_me,
    sum(bytes_written) AS bytes_written_by_me,
    sum(txn_count) AS txn_count,
    sum(usage_seconds) AS usage_seconds,
    max(ns) AS newest_ns
  FROM counted_stats
  GROUP BY file, task_in_document, kind_in_document, slot_of(hour, ns)
)
LEFT JOIN scanned_files USING (file)
WHERE coalesce(scanned_files.task, task_in_document) IS NOT NULL;

INSERT INTO known_tasks
SELECT DISTINCT coalesce(scanned_files.task, task_in_document), coalesce(scanned_files.kind, kind_in_document)
FROM (SELECT DISTINCT file, task_in_document, kind_in_document FROM stats_messages WHERE class = 'stats')
LEFT JOIN scanned_files USING (file);

INSERT INTO catalog_exports
SELECT export, document_key(export ->> '$._meta.uuid')
FROM stats_messages
WHERE class = 'catalog_stats';

INSERT INTO seen_producers
SELECT DISTINCT $batch, producer
FROM stats_messages
WHERE producer IS NOT NULL AND class = 'stats';

INSERT INTO seen_stats
SELECT $batch
WHERE EXISTS (SELECT 1 FROM stats_messages WHERE class = 'stats');
