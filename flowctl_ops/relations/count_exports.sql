-- How many documents of Flow's own roll-up are left out, as stats themselves are there; a row in all.
SELECT count(*) FROM catalog_exports;
