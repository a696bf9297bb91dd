-- Empty places for what a question matches, one row a document.
CREATE OR REPLACE TEMP TABLE log_documents (
  doc VARCHAR,
  file BIGINT,
  ns BIGINT,
  key UUID,
  class VARCHAR,
  matched BOOLEAN
);
