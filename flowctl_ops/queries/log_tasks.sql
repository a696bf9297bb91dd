-- Of how many tasks the logs are; a row in all.
SELECT count(DISTINCT task) FROM logs
