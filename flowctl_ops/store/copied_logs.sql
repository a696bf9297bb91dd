-- How many logs are copies of one that stands before them; a row in all.
SELECT count(*) FROM log_copies
