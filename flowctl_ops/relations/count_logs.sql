-- How many logs there are, copies not among them; a row in all.
SELECT (SELECT count(*) FROM log_messages WHERE class = 'log') - (SELECT count(*) FROM log_copies)
