-- An empty place for what a question matches, one row a document; order is kept from here on.
SET preserve_insertion_order = true;

CREATE OR REPLACE TEMP TABLE log_documents (
  doc VARCHAR,
  file BIGINT,
  ns BIGINT,
  key UHUGEINT,
  class VARCHAR,
  matched BOOLEAN
);
