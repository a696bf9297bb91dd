-- The tasks that journals name, by file: a join is cheaper than a long list in every small piece.
CREATE OR REPLACE TEMP TABLE scanned_tasks AS
SELECT
  unnest(range(len(getvariable('file_tasks')))) AS file,
  unnest(getvariable('file_tasks')) AS task,
  unnest(getvariable('file_kinds')) AS kind;
