-- Of how many tasks the matches are; a row in all.
SELECT count(DISTINCT task) FROM counted_logs WHERE matched;
