-- Forgets what was given long ago.
DROP TABLE keys_given_before;
ALTER TABLE keys_given RENAME TO keys_given_before;
CREATE TEMP TABLE keys_given (key UHUGEINT);
