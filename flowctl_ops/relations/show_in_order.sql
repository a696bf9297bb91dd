-- Puts a relation that is shown into one order, for who asks for none.
CREATE OR REPLACE TEMP VIEW $relation AS
SELECT *
FROM (
$select
)
ORDER BY $order
