-- What a question asks of a log's level and words, wherever the log was read.
    AND level_rank(level) <= $max_rank -- $plain
    AND (level_rank(level) <= $max_rank OR is_notable) -- $notable
    AND says(message_in(doc), doc ->> '$.fields.error', $grep)
    AND NOT says(message_in(doc), doc ->> '$.fields.error', $not_grep)
    AND (says(message_in(doc), doc ->> '$.fields.error', $grep_all) OR regexp_matches(doc::VARCHAR, $grep_all))
    AND NOT (says(message_in(doc), doc ->> '$.fields.error', $not_grep_all) OR regexp_matches(doc::VARCHAR, $not_grep_all))
    AND meets_all(doc, $conditions)
