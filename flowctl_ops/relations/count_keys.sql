-- How many logs are remembered that were given of late; a row in all.
SELECT count(*) FROM keys_given
