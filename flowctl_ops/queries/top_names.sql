-- The names whose rows are shown: those with the most of what is sorted by.
CREATE OR REPLACE TEMP TABLE top_names AS
SELECT catalog_name
FROM (
  SELECT
    catalog_name,
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
    max(newest_ns) AS newest_ns
  FROM catalog_rows
  WHERE grain = (SELECT min(grain) FROM catalog_rows)
  GROUP BY catalog_name
) AS rows
ORDER BY sort_key(rows, $sort) DESC, catalog_name
LIMIT $top;

CREATE OR REPLACE TEMP VIEW shown_rows AS
SELECT *
FROM catalog_rows
SEMI JOIN top_names USING (catalog_name);
