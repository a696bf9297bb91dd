-- Room for a next set of streams. Limits are more generous than for logs: the reader reserves more
-- than it fills, and what is kept of one set is far below them.
SET preserve_insertion_order = true;
SET memory_limit = '1200MB';
DROP TABLE IF EXISTS stats_messages;
