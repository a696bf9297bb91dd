-- Flow's roll-up, of the names and grains asked for: a row is one name, grain and bucket.
CREATE OR REPLACE TEMP TABLE catalog_rows AS
WITH named AS (
  SELECT *, unnest($grains::VARCHAR[]) AS grain
  FROM (SELECT *, unnest(names_of(name, is_task, kind)) AS catalog_name FROM summaries)
),
sums AS (
  SELECT
    catalog_name,
    grain,
    bucket_of(slot, grain) AS bucket,
    coalesce(sum(docs_read_by_me), 0)::HUGEINT AS docs_read_by_me,
    coalesce(sum(bytes_read_by_me), 0)::HUGEINT AS bytes_read_by_me,
    coalesce(sum(docs_written_by_me), 0)::HUGEINT AS docs_written_by_me,
    coalesce(sum(bytes_written_by_me), 0)::HUGEINT AS bytes_written_by_me,
    coalesce(sum(docs_read_from_me), 0)::HUGEINT AS docs_read_from_me,
    coalesce(sum(bytes_read_from_me), 0)::HUGEINT AS bytes_read_from_me,
    coalesce(sum(docs_written_to_me), 0)::HUGEINT AS docs_written_to_me,
    coalesce(sum(bytes_written_to_me), 0)::HUGEINT AS bytes_written_to_me,
    coalesce(sum(txn_count), 0)::HUGEINT AS txn_count,
    coalesce(sum(usage_seconds), 0)::HUGEINT AS usage_seconds,
    coalesce(sum(warnings), 0)::HUGEINT AS warnings,
    coalesce(sum(errors), 0)::HUGEINT AS errors,
    coalesce(sum(failures), 0)::HUGEINT AS failures,
    arg_max(last_published_at, text_ns(last_published_at)) AS last_published_at,
    max(newest_ns) AS newest_ns
  FROM named
  WHERE slot IS NOT NULL
    AND is_within(bucket_of(slot, grain), grain)
  GROUP BY catalog_name, grain, bucket_of(slot, grain)
)
SELECT sums.*, known.kind
FROM sums
LEFT JOIN known_names AS known ON known.name = sums.catalog_name
WHERE is_asked(catalog_name, known.is_task, known.is_collection, known.kind);
