-- Whether Flow's own roll-up is all there is: never added to what it was made of; a row in all.
SELECT
  (SELECT count(*) FROM catalog_exports) > 0
  AND (SELECT count(*) FROM seen_stats) = 0;
