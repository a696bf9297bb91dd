-- How many matches the view `counted_logs` holds; a row in all.
SELECT count(*) FROM counted_logs WHERE matched;
