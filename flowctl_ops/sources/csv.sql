-- CSV files as documents; `column_documents` says how.
CREATE OR REPLACE TEMP VIEW source_documents AS
SELECT
  doc,
  getvariable('places')[list_position(getvariable('paths'), path)] AS file,
  level,
  text_ns(ts) AS ns,
  uuid
FROM column_documents([], getvariable('paths'), NULL, NULL);
