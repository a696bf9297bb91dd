-- How much moved over a time: a row is one name, and at last their sum where it means something.
SELECT
  catalog_name,
  kind,
  docs_read_by_me,
  bytes_read_by_me,
  docs_written_by_me,
  bytes_written_by_me,
  docs_read_from_me,
  bytes_read_from_me,
  docs_written_to_me,
  bytes_written_to_me,
  txn_count,
  warnings,
  errors,
  failures,
  usage_seconds,
  rfc3339_ns(newest_ns) AS newest,
  activity
FROM (
  FROM total_rows
  UNION ALL BY NAME
  SELECT
    CASE WHEN (SELECT count(*) FROM total_rows) > $top THEN 'total of these' ELSE 'total' END AS catalog_name,
    sum(docs_read_by_me) AS docs_read_by_me,
    sum(bytes_read_by_me) AS bytes_read_by_me,
    sum(docs_written_by_me) AS docs_written_by_me,
    sum(bytes_written_by_me) AS bytes_written_by_me,
    sum(docs_read_from_me) AS docs_read_from_me,
    sum(bytes_read_from_me) AS bytes_read_from_me,
    sum(docs_written_to_me) AS docs_written_to_me,
    sum(bytes_written_to_me) AS bytes_written_to_me,
    sum(txn_count) AS txn_count,
    sum(warnings) AS warnings,
    sum(errors) AS errors,
    sum(failures) AS failures,
    sum(usage_seconds) AS usage_seconds,
    max(newest_ns) AS newest_ns,
    list_transform(
      range($shares),
      lambda share: list_sum(list_transform(list(activity), lambda bytes: bytes[share + 1]))
    ) AS activity,
    true AS is_total
  FROM (FROM total_rows AS rows ORDER BY sort_key(rows, $sort) DESC, catalog_name LIMIT $top)
  WHERE $with_total
  HAVING count(*) > 1
) AS rows
QUALIFY is_total OR row_number() OVER (ORDER BY is_total NULLS FIRST, sort_key(rows, $sort) DESC, catalog_name) <= $top
ORDER BY is_total NULLS FIRST, sort_key(rows, $sort) DESC, catalog_name;
