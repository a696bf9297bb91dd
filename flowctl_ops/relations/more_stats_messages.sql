-- Adds what a further set of files, of another format, holds.
INSERT INTO stats_messages
SELECT *
FROM read_stats;
