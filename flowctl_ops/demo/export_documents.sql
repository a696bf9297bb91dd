-- The documents to export, in order, with the time at which each was published.
CREATE OR REPLACE TEMP TABLE documents AS
SELECT
    UNNEST($positions) AS position,
    CAST(UNNEST($lines) AS JSON) AS doc,
    MAKE_TIMESTAMPTZ(UNNEST($published_us)) AS published_at
