-- Whether a sum of the roll-up is wider than 64 bits; a row in all.
SELECT
  coalesce(
    greatest(
      max(docs_read_by_me), max(bytes_read_by_me), max(docs_written_by_me), max(bytes_written_by_me), max(docs_read_from_me),
      max(bytes_read_from_me), max(docs_written_to_me), max(bytes_written_to_me), max(txn_count), max(usage_seconds)
    ) > 9223372036854775807,
    false
  )
FROM roll_up -- $own
FROM exported_roll_up -- $exported
