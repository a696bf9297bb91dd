-- Times that cut the matches into stretches of about as many rows each; a row in all, a list.
-- Sorting stretch after stretch keeps what is sorted at once small, and the first lines early.
SELECT list_sort(list_distinct(approx_quantile(ns, $shares::FLOAT[])))
FROM log_documents;
