-- From which to which clock the producers of each file reach, whatever counts of them, and whether a file holds
-- documents that are neither committed nor rolled back yet. A row is one producer in one file.
SELECT
  enum_code(file)::INTEGER AS place,
  producer,
  min(clock) AS first,
  max(clock) AS last,
  bool_or(pending) AS pending
FROM (
  SELECT
    file,
    producer,
    clock,
    coalesce(
      flags = 1 AND position_of(file, stats_messages.rowid) > coalesce(last_acknowledged, -1), false
    ) AS pending
  FROM stats_messages
  JOIN read_files USING (file)
  LEFT JOIN (
    SELECT stream, producer, max(position) FILTER (flags = 2) AS last_acknowledged
    FROM sequenced
    GROUP BY stream, producer
  ) USING (stream, producer)
  WHERE clock IS NOT NULL
    AND flags <= 2
)
GROUP BY file, producer
ORDER BY place, producer
