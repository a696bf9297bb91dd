-- Whether there is a log or a stats document at all in what was read; a row in all.
SELECT EXISTS (FROM logs) OR EXISTS (FROM stats)
