-- The parts of a roll-up document as JSON, as Flow writes it: what is zero is left out.

CREATE OR REPLACE TEMP MACRO counts_object(docs, bytes) AS
  CASE WHEN docs <> 0 OR bytes <> 0 THEN '{"docsTotal":' || docs || ',"bytesTotal":' || bytes || '}' END;

CREATE OR REPLACE TEMP MACRO summary_object(counts) AS
  '{' || concat_ws(
    ',',
    '"readByMe":' || counts_object(counts.docs_read_by_me, counts.bytes_read_by_me),
    '"writtenByMe":' || counts_object(counts.docs_written_by_me, counts.bytes_written_by_me),
    '"readFromMe":' || counts_object(counts.docs_read_from_me, counts.bytes_read_from_me),
    '"writtenToMe":' || counts_object(counts.docs_written_to_me, counts.bytes_written_to_me),
    '"txnCount":' || nullif(counts.txn_count, 0),
    '"usageSeconds":' || nullif(counts.usage_seconds, 0),
    '"warnings":' || nullif(counts.warnings, 0),
    '"errors":' || nullif(counts.errors, 0),
    '"failures":' || nullif(counts.failures, 0),
    '"lastPublishedAt":' || to_json(counts.last_published_at)
  ) || '}';

-- What names are put in order by; the greatest first.
CREATE OR REPLACE TEMP MACRO sort_key(counts, sort) AS
  CASE sort
    WHEN 'bytes' THEN counts.bytes_read_by_me + counts.bytes_written_by_me + counts.bytes_read_from_me + counts.bytes_written_to_me
    WHEN 'docs' THEN counts.docs_read_by_me + counts.docs_written_by_me + counts.docs_read_from_me + counts.docs_written_to_me
    WHEN 'transactions' THEN counts.txn_count
    WHEN 'warnings' THEN counts.warnings
    WHEN 'errors' THEN counts.errors
    WHEN 'failures' THEN counts.failures
    WHEN 'usage' THEN counts.usage_seconds
    WHEN 'newest' THEN coalesce(counts.newest_ns, -9223372036854775808)
    ELSE 0
  END::HUGEINT;
