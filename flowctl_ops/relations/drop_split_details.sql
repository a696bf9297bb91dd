-- Makes room for the reduction of what `split_details.sql` gives.
CREATE OR REPLACE TEMP TABLE task_details AS
SELECT *
FROM task_details
SEMI JOIN (
  SELECT task, grain, bucket FROM task_details GROUP BY task, grain, bucket HAVING count(*) = 1
) AS whole USING (task, grain, bucket);
