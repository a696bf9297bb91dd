-- The messages that decide what is committed, by their UUIDs: those of fragments, and of other files
-- where anybody's acknowledgement stands in them. What was sequenced by its writer has none. A row is one
-- message. Source: gazette/core message/sequencer.go, per stream and producer, in journal order.
SELECT position_of(file, messages.rowid) AS position, stream, producer, flags, clock
FROM stats_messages AS messages
JOIN read_files USING (file)
WHERE flags <= 2
  AND clock IS NOT NULL
  AND (
    is_fragment
    OR file IN (SELECT file FROM stats_messages WHERE flags = 2)
  )
