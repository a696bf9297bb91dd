-- The names whose rows are shown, in their order: those first with the most of what is sorted by.
CREATE OR REPLACE TEMP TABLE top_names AS
SELECT catalog_name, row_number() OVER (ORDER BY max(sort_key(rows, $sort)) DESC, catalog_name) AS rank
FROM (
  SELECT
    catalog_name,
    grain,
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
  GROUP BY catalog_name, grain
) AS rows
GROUP BY catalog_name
QUALIFY rank <= $top;

CREATE OR REPLACE TEMP VIEW shown_rows AS
SELECT *
FROM catalog_rows
JOIN top_names USING (catalog_name);
