-- How many logs there are, how many of them have no time, and the times in ns that cut them into stretches;
-- a row in all.
SELECT
  count(*) AS logs,
  count(*) - count(ts) AS timeless,
  approx_quantile(epoch_ns(ts), $shares::FLOAT[]) FILTER (isfinite(ts)) AS cuts
FROM logs
