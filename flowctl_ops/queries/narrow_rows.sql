-- Makes the sums of the roll-up 64 bits wide: wider ones take ten times as long to become Python's.
-- Fails, and changes nothing, where one does not fit.
CREATE OR REPLACE TEMP TABLE catalog_rows AS
SELECT
  * REPLACE (
    docs_read_by_me::BIGINT AS docs_read_by_me,
    bytes_read_by_me::BIGINT AS bytes_read_by_me,
    docs_written_by_me::BIGINT AS docs_written_by_me,
    bytes_written_by_me::BIGINT AS bytes_written_by_me,
    docs_read_from_me::BIGINT AS docs_read_from_me,
    bytes_read_from_me::BIGINT AS bytes_read_from_me,
    docs_written_to_me::BIGINT AS docs_written_to_me,
    bytes_written_to_me::BIGINT AS bytes_written_to_me,
    txn_count::BIGINT AS txn_count,
    usage_seconds::BIGINT AS usage_seconds,
    warnings::BIGINT AS warnings,
    errors::BIGINT AS errors,
    failures::BIGINT AS failures
  )
FROM catalog_rows;
