-- Of the producers that are not regular, all that the sequencer's state says. `base` is the clock that
-- the last acknowledgement left as that of the last commit; before the first, that of the first message
-- is new. Documents outside of a transaction raise it, and end what is pending. A row is one message.
WITH
irregular AS (
  SELECT *
  FROM sequenced
  SEMI JOIN (SELECT stream, producer FROM unusual WHERE NOT regular) AS odd USING (stream, producer)
),
acknowledged AS (
  SELECT
    *,
    count(*) FILTER (flags = 2) OVER past AS epoch,
    coalesce(
      last_value(CASE WHEN flags = 2 THEN clock END IGNORE NULLS) OVER past,
      first_value(clock) OVER (PARTITION BY stream, producer ORDER BY position) - 1
    ) AS base
  FROM irregular
  WINDOW past AS (
    PARTITION BY stream, producer
    ORDER BY position
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  )
),
dated AS (
  SELECT
    *,
    greatest(
      base,
      max(CASE WHEN flags = 0 THEN clock END) OVER (
        PARTITION BY stream, producer, epoch
        ORDER BY position
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
      )
    ) AS last
  FROM acknowledged
),
ended AS (
  SELECT *, flags = 2 OR (flags = 0 AND clock > last) AS ends_pending
  FROM dated
),
blocks AS (
  SELECT
    *,
    count(*) FILTER (ends_pending) OVER (
      in_order ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS block,
    first_value(
      CASE WHEN ends_pending THEN {'flags': flags, 'clock': clock, 'position': position} END
      IGNORE NULLS
    ) OVER (in_order ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS next
  FROM ended
  WINDOW in_order AS (PARTITION BY stream, producer ORDER BY position)
)
SELECT
  position,
  flags,
  CASE
    WHEN flags = 0 THEN ends_pending
    ELSE flags = 1 AND clock > last AND next.flags = 2 AND next.clock >= clock
      AND clock > coalesce(
        max(CASE WHEN flags = 1 THEN clock END) OVER (
          PARTITION BY stream, producer, block
          ORDER BY position
          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ),
        0
      )
  END AS committed,
  CASE WHEN flags = 1 THEN next.position END AS commit_position
FROM blocks
