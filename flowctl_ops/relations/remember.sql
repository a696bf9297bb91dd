-- Remembers what has been given by now.
INSERT INTO keys_given FROM log_keys;
