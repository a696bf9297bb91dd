-- Of how many tasks the logs are, and how many; a row in all.
SELECT count(DISTINCT task), count(*) FROM logs
