-- The files that are read, by their place: a join is cheaper than a long list in every small piece.
CREATE OR REPLACE TEMP TABLE scanned_files AS
SELECT
  unnest(range(len(getvariable('file_tasks')))) AS file,
  unnest(getvariable('file_tasks')) AS task,
  unnest(getvariable('file_kinds')) AS kind,
  unnest(getvariable('file_streams')) AS stream,
  unnest(getvariable('file_fragments')) AS is_fragment;
