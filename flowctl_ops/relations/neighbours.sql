-- What two neighbours tell of a message. Nearly every producer's clock only rises, each transaction has one
-- document: one that is above the one before it and above what the acknowledgement between took back is
-- above all before it, and the next message commits it or does not. A row is one message.
SELECT
  position,
  stream,
  producer,
  flags,
  CASE flags
    WHEN 2 THEN previous_flags IS DISTINCT FROM 2
    ELSE coalesce(clock > previous_clock, true)
      AND coalesce(previous_flags <> 2 OR clock > clock_before_it, true)
      AND (flags = 0 OR next_flags IS DISTINCT FROM 1)
  END AS regular,
  flags = 0 OR coalesce(flags = 1 AND next_flags = 2 AND next_clock >= clock, false) AS committed,
  CASE WHEN flags = 1 THEN next_position END AS commit_position
FROM (
  SELECT
    *,
    lag(flags) OVER in_order AS previous_flags,
    lag(clock) OVER in_order AS previous_clock,
    lag(clock, 2) OVER in_order AS clock_before_it,
    lead(flags) OVER in_order AS next_flags,
    lead(clock) OVER in_order AS next_clock,
    lead(position) OVER in_order AS next_position
  FROM sequenced
  WINDOW in_order AS (PARTITION BY stream, producer ORDER BY position)
)
