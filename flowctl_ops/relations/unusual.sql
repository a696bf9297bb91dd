-- The messages that their neighbours do not commit, which are few. A row is one message.
SELECT position, stream, producer, flags, regular, commit_position
FROM neighbours
WHERE NOT regular
  OR (flags <> 2 AND NOT committed)
