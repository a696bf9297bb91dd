-- The columns of the user's statement and their types, in order; how many there are is its own affair,
-- as if each were a row in all.
DESCRIBE FROM query($statement);
