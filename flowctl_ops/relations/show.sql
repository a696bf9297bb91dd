-- Shows a relation as a view.
CREATE OR REPLACE TEMP VIEW $relation AS
$select
