-- The messages that were rolled back, by what stands behind them, or never acknowledged. A row is one message.
SELECT position, commit_position IS NOT NULL AS is_rolled_back
FROM unusual
ANTI JOIN exact USING (position)
WHERE flags <> 2
UNION ALL
SELECT position, commit_position IS NOT NULL
FROM exact
WHERE flags <> 2
  AND NOT coalesce(committed, false)
