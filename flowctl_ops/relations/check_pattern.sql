-- Whether a text is a regular expression: fails with the reason if it is none; a row in all.
SELECT regexp_matches('', $pattern)
