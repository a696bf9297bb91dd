-- Keeps what fragments hold that each fit into one buffer of the reader: one thread reads a file, so
-- that its rows are in order, which is all that sequencing needs. Keeping the files in order as well
-- would cost as much as reading them.
SET preserve_insertion_order = false;

CREATE TEMP TABLE stats_messages AS
SELECT *
FROM read_stats;

SET preserve_insertion_order = true;
