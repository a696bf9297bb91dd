-- Values of the user's statement: times as RFC 3339, what else there is as the engine writes it.
CREATE OR REPLACE TEMP MACRO is_time(value) AS
  typeof(value) IN ('TIMESTAMP_NS', 'TIMESTAMP', 'TIMESTAMP_S', 'TIMESTAMP_MS', 'TIMESTAMP WITH TIME ZONE', 'TIMESTAMPTZ_NS');

-- A time stamp's text as RFC 3339, whether the engine or the file wrote it.
CREATE OR REPLACE TEMP MACRO time_text_of(ts) AS
  CASE
    WHEN regexp_full_match(ts, '\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?\+00') THEN
      replace(ts[:-4], ' ', 'T') || 'Z'
    WHEN regexp_full_match(ts, '\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?') THEN
      replace(ts, ' ', 'T') || 'Z'
    ELSE ts
  END;

-- With 0, 3, 6 or 9 digits of a second, as everywhere.
CREATE OR REPLACE TEMP MACRO full_digits(value) AS
  CASE WHEN contains(value, '.') THEN
    split_part(value, '.', 1) || '.'
    || rpad(
      regexp_extract(value, '\.(\d+)', 1),
      (3 * ((length(regexp_extract(value, '\.(\d+)', 1)) + 2) // 3))::INTEGER,
      '0'
    ) || 'Z'
  ELSE value END;

CREATE OR REPLACE TEMP MACRO cell_text(value) AS
  CASE WHEN is_time(value) THEN full_digits(time_text_of(value::VARCHAR)) ELSE value::VARCHAR END;

CREATE OR REPLACE TEMP MACRO cell_json(value) AS
  CASE WHEN is_time(value) THEN to_json(full_digits(time_text_of(value::VARCHAR)))::VARCHAR 
    WHEN typeof(value) IN ('FLOAT', 'DOUBLE') AND NOT isfinite(TRY_CAST(value::VARCHAR AS DOUBLE)) THEN 'null'
    ELSE to_json(value)::VARCHAR END;
