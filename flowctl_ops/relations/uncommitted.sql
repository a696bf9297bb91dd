-- The messages that were rolled back or never acknowledged. A row is one message.
SELECT position
FROM unusual
ANTI JOIN exact USING (position)
WHERE flags <> 2
UNION ALL
SELECT position
FROM exact
WHERE flags <> 2
  AND NOT coalesce(committed, false)
