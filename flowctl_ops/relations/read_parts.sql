-- The same with the parts of each document, for what asks more of it than what it adds to its task.
CREATE OR REPLACE TEMP VIEW read_stats AS
SELECT *
FROM whole_stats;
