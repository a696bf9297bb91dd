-- How many of the logs that were read are copies of one that stands before; a row in all.
SELECT count(*)
FROM log_copies
