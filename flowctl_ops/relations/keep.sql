-- Keeps a relation as a table.
CREATE OR REPLACE TEMP TABLE $relation AS
$select
