-- The producers and clocks of the logs that match, before all but the newest are left out. A row is one of them.
SELECT DISTINCT key
FROM log_messages
WHERE class = 'log'
  AND key IS NOT NULL
