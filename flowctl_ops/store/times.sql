-- From when to when the documents of each file reach, in ns, and whether some are older or newer than can be said,
-- or have no time; a row is one file.
SELECT
  enum_code(file)::INTEGER AS place,
  min(ns) FILTER (NOT far_off(ns)) AS oldest,
  max(ns) FILTER (NOT far_off(ns)) AS newest,
  bool_or(far_off(ns) AND ns < 0) AS has_older,
  bool_or(far_off(ns) AND ns > 0) AS has_newer,
  bool_or(ns IS NULL) AS has_untimed
FROM (
  SELECT file, timestamp_ns(ts) AS ns
  FROM log_messages
  WHERE class = 'log'
  UNION ALL
  SELECT file, ns
  FROM stats_messages
  WHERE class = 'stats'
)
GROUP BY file
