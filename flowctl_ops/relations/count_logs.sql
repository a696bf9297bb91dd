-- How many matches the view `logs` holds; a row in all.
SELECT count(*) FROM logs WHERE matched;
