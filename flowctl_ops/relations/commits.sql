-- Where each document was committed, for what is the last of several: at its own position, or that of its
-- acknowledgement. A row is one document of a transaction.
SELECT position, commit_position
FROM exact
WHERE flags = 1
UNION ALL
SELECT position, commit_position
FROM neighbours
ANTI JOIN exact USING (position)
WHERE flags = 1
UNION ALL -- $stored
SELECT position_of(file, rowid) AS position, position_of(file, committed_at) AS commit_position -- $stored
FROM stats_messages -- $stored
WHERE committed_at IS NOT NULL -- $stored
