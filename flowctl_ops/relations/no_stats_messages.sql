-- Where no file is to be read: documents of no file, so that every view has its columns.
CREATE OR REPLACE TEMP VIEW source_documents AS
SELECT NULL::JSON AS doc, 0::BIGINT AS file, NULL::VARCHAR AS level, NULL::BIGINT AS ns, NULL::VARCHAR AS uuid
WHERE false;
