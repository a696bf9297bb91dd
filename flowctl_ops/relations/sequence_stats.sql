-- What is committed, as Gazette's read-committed reader decides it by UUIDs alone: per stream and
-- producer, in journal order. Source: gazette/core message/sequencer.go.
--
-- The messages that it decides upon: those of fragments, and of other files the producers' that left
-- acknowledgements there. A row is one message; `position` is its place in the table.
CREATE OR REPLACE TEMP VIEW sequenced_messages AS
SELECT messages.rowid AS position, file, stream, producer, flags, clock
FROM stats_messages AS messages
JOIN scanned_files USING (file)
WHERE flags <= 2
  AND clock IS NOT NULL
  AND (
    is_fragment
    OR (file, producer) IN (
      SELECT file, producer FROM stats_messages JOIN scanned_files USING (file) WHERE flags = 2 AND NOT is_fragment
    )
  );

-- Nearly every producer's clock only rises, each transaction has one document, and so two neighbours
-- tell: a document that is above the one before it and above what the acknowledgement between took back
-- is above all before it, and the next message commits it or does not.
CREATE OR REPLACE TEMP VIEW decisions AS
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
  CASE WHEN flags = 1 THEN next_place END AS commit_place
FROM (
  SELECT
    *,
    lag(flags) OVER in_order AS previous_flags,
    lag(clock) OVER in_order AS previous_clock,
    lag(clock, 2) OVER in_order AS clock_before_it,
    lead(flags) OVER in_order AS next_flags,
    lead(clock) OVER in_order AS next_clock,
    lead(place_of(file, position)) OVER in_order AS next_place
  FROM sequenced_messages
  WINDOW in_order AS (PARTITION BY stream, producer ORDER BY file, position)
);

-- What is kept of that is little: the messages that two neighbours do not commit.
CREATE OR REPLACE TEMP TABLE unusual AS
SELECT position, stream, producer, flags, regular
FROM decisions
WHERE NOT regular
  OR (flags <> 2 AND NOT committed);

-- Of the producers that are not regular, all that the sequencer's state says. `base` is the clock that
-- the last acknowledgement left as that of the last commit; before the first, that of the first message
-- is new. Documents outside of a transaction raise it, and end what is pending.
CREATE OR REPLACE TEMP TABLE exact_decisions AS
WITH
irregular AS (
  SELECT *
  FROM sequenced_messages
  SEMI JOIN (SELECT stream, producer FROM unusual WHERE NOT regular) AS odd USING (stream, producer)
),
acknowledged AS (
  SELECT
    *,
    count(*) FILTER (flags = 2) OVER past AS epoch,
    coalesce(
      last_value(CASE WHEN flags = 2 THEN clock END IGNORE NULLS) OVER past,
      first_value(clock) OVER (PARTITION BY stream, producer ORDER BY file, position) - 1
    ) AS base
  FROM irregular
  WINDOW past AS (
    PARTITION BY stream, producer
    ORDER BY file, position
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
        ORDER BY file, position
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
      CASE WHEN ends_pending THEN {'flags': flags, 'clock': clock, 'place': place_of(file, position)} END
      IGNORE NULLS
    ) OVER (in_order ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS next
  FROM ended
  WINDOW in_order AS (PARTITION BY stream, producer ORDER BY file, position)
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
          ORDER BY file, position
          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ),
        0
      )
  END AS committed,
  CASE WHEN flags = 1 THEN next.place END AS commit_place
FROM blocks;

CREATE OR REPLACE TEMP TABLE uncommitted AS
SELECT position
FROM unusual
ANTI JOIN exact_decisions USING (position)
WHERE flags <> 2
UNION ALL
SELECT position
FROM exact_decisions
WHERE flags <> 2 AND NOT coalesce(committed, false);
