-- Writes the documents of one Parquet file as JSON lines.
COPY (
  SELECT replace(replace(doc::VARCHAR, E'\n', ' '), E'\r', ' ') FROM column_documents($paths, [], NULL, NULL)
) TO $copy (FORMAT csv, HEADER false, DELIMITER E'\x01', QUOTE '', ESCAPE '');
