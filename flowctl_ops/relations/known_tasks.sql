-- Remembers the tasks that journals are named after.
INSERT INTO known_tasks
SELECT unnest($tasks::VARCHAR[]), unnest($kinds::VARCHAR[]);
