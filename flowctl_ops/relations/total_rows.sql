-- What each name asked for comes to over the whole time: a row is one name; `bytes` by slot of time.
CREATE OR REPLACE TEMP TABLE total_rows AS
WITH
named AS (
  SELECT *, unnest(names_of(name, is_task, kind)) AS catalog_name
  FROM summaries
),
slots AS (
  SELECT
    catalog_name,
    slot,
    bool_or(is_task AND name = catalog_name) AS is_task,
    bool_or(NOT is_task AND name = catalog_name) AS is_collection,
    max(CASE WHEN name = catalog_name THEN kind END) AS kind,
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
  GROUP BY catalog_name, slot
),
reach AS (
  SELECT
    CASE WHEN getvariable('slot_grain') IS NULL THEN 0 ELSE min(slot) END AS first_slot,
    CASE WHEN getvariable('slot_grain') IS NULL THEN 1
      ELSE greatest(1, ceil((max(slot) - min(slot) + 1) / $shares)) END::BIGINT AS width
  FROM summaries
)
SELECT
  catalog_name,
  max(kind) AS kind,
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
    (slot - first_slot) // width AS share,
    bytes_read_by_me + bytes_written_by_me + bytes_read_from_me + bytes_written_to_me AS bytes_moved
  FROM slots
  CROSS JOIN reach
)
GROUP BY catalog_name
HAVING is_asked(catalog_name, bool_or(is_task), bool_or(is_collection), max(kind));
