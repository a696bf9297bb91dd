-- The logs to show: every match. A row is one log.
CREATE OR REPLACE TEMP VIEW shown_logs AS
SELECT *
FROM counted_logs
WHERE matched;
