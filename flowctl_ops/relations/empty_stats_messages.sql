-- Room for a next set of streams.
SET preserve_insertion_order = true;
DROP TABLE IF EXISTS stats_messages;
