-- How many logs of a time and later there are, copies not among them; a row in all.
SELECT (SELECT count(*) FROM log_messages WHERE class = 'log' AND ts >= ns_timestamp($since_ns)) - (SELECT count(*) FROM log_copies)
