-- Adds what was reduced outside of the engine; the lists are of one length.
INSERT INTO task_details
SELECT unnest($tasks::VARCHAR[]), $grain, unnest($buckets::BIGINT[]), $batch, unnest($details::VARCHAR[]);
