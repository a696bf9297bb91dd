-- Where the documents of each file begin among those that were read; a row is one file.
SELECT enum_code(file)::INTEGER AS place, min(rowid) AS first
FROM log_messages -- $logs
FROM stats_messages -- $stats
GROUP BY file
