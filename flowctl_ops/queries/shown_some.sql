-- The logs to show: the newest matches, and of each task the lines around them. A row is one log.
CREATE OR REPLACE TEMP TABLE shown_positions AS
WITH
counted AS (
  SELECT
    position,
    order_ns,
    task,
    matched
    AND coalesce(
      count(*) FILTER (matched) OVER (
        ORDER BY order_ns DESC, position DESC
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
      ) <= $tail,
      true
    ) AS wanted
  FROM counted_logs
),
surrounded AS (
  SELECT
    position,
    bool_or(wanted) OVER (
      PARTITION BY task
      ORDER BY order_ns, position
      ROWS BETWEEN $after PRECEDING AND $before FOLLOWING
    ) AS shown
  FROM counted
)
SELECT position
FROM surrounded
WHERE shown;

CREATE OR REPLACE TEMP VIEW shown_logs AS
SELECT counted_logs.*
FROM counted_logs
SEMI JOIN shown_positions USING (position);
