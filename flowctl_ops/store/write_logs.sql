-- Writes the logs of one day. The notable are few and lie in the order of tasks and times; the others in that of
-- their journals, which is the same but for late documents: to sort them takes as long as all the rest.
COPY (
  SELECT
    coalesce(task_by_path(file), task_in(doc)) AS task,
    coalesce(kind_by_path(file), shard_in(doc).kind) AS kind,
    level,
    timestamp_ns(ts) AS ns,
    doc,
    shown_path(file) AS file,
    ($labels::VARCHAR[])[enum_code(file)::BIGINT + 1] AS stream,
    rowid + ($bases::BIGINT[])[enum_code(file)::BIGINT + 1] AS number
  FROM log_messages
  ANTI JOIN log_copies ON position_of(file, log_messages.rowid) = log_copies.position
  WHERE class = 'log'
    AND day_of(timestamp_ns(ts)) = $day
    AND day_of(timestamp_ns(ts)) IS NULL -- $timeless
    AND is_kept_apart(level, is_notable) = $notable
    AND ($open::BOOLEAN[])[enum_code(file)::BIGINT + 1] = $is_open
  ORDER BY task, ns, stream, number -- $sorted
)
TO $path (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, PARQUET_VERSION v2, ROW_GROUP_SIZE 16384)
