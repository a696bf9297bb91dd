-- What each name asked for comes to over the whole time: a row is one name; `activity` is its bytes by
-- share of the time, NULL where there is no data.
CREATE OR REPLACE TEMP TABLE total_rows AS
WITH reach AS (
  SELECT
    CASE WHEN getvariable('slot_grain') IS NULL THEN 0 ELSE min(slot) END AS first_slot,
    CASE WHEN getvariable('slot_grain') IS NULL THEN 1
      ELSE greatest(1, ceil((max(slot) - min(slot) + 1) / $shares)) END::BIGINT AS width
  FROM summaries
)
SELECT
  catalog_name,
  any_value(known.kind) AS kind,
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
  max(newest_ns) AS newest_ns,
  list_transform(
    range($shares),
    lambda wanted: list_sum(
      list_transform(
        list_filter(list({'share': share, 'bytes': bytes_moved}), lambda part: part.share = wanted),
        lambda part: part.bytes
      )
    )
  ) AS activity
FROM (
  SELECT
    *,
    unnest(names_of(name, is_task, kind)) AS catalog_name,
    (slot - first_slot) // width AS share,
    coalesce(bytes_read_by_me, 0) + coalesce(bytes_written_by_me, 0)
      + coalesce(bytes_read_from_me, 0) + coalesce(bytes_written_to_me, 0) AS bytes_moved
  FROM summaries
  CROSS JOIN reach
) AS named
LEFT JOIN known_names AS known ON known.name = named.catalog_name
WHERE is_asked(catalog_name, known.is_task, known.is_collection, known.kind)
GROUP BY catalog_name;
