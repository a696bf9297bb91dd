-- Keeps what stats journals and files hold, in journal order by place in the table.
CREATE TEMP TABLE stats_messages AS
SELECT *
FROM read_stats;
