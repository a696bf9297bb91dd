-- The public view of the files that were found, each with what became of it.
SELECT * REPLACE (make_timestamp_ns(opened_at * 3600000000000) AS opened_at)
FROM (
  SELECT unnest(
    $files::STRUCT(
      path VARCHAR, collection VARCHAR, journal VARCHAR, kind VARCHAR, task VARCHAR, format VARCHAR,
      begin_offset BIGINT, end_offset BIGINT, size BIGINT, opened_at BIGINT, used BOOLEAN, why_not VARCHAR
    )[],
    recursive := true
  )
)
