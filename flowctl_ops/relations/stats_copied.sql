-- How many of the stats documents that were read are copies of one that stands before; a row in all.
SELECT count(*)
FROM uncounted
ANTI JOIN uncommitted USING (position)
