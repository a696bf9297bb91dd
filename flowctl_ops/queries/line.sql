-- How values look to people: nothing of a document reaches a terminal as control.

-- Signs that terminals obey or that hide or turn text, each shown as its code; a tab as spaces.
CREATE OR REPLACE TEMP MACRO visible(text) AS
  CASE
    WHEN strlen(text) = length(text) AND NOT regexp_matches(text, '[\x00-\x09\x0b-\x1f\x7f]') THEN text
    WHEN regexp_matches(text, '[\x00-\x09\x0b-\x1f\x7f-\x{9f}\x{61c}\x{180e}\x{200b}\x{200e}\x{200f}\x{2028}-\x{202e}\x{2060}-\x{206f}\x{feff}\x{fff9}-\x{fffb}\x{e0000}-\x{e007f}]')
    THEN array_to_string(
      list_transform(
        regexp_extract_all(replace(replace(text, E'\r\n', E'\n'), E'\t', '    '), '(?s).'),
        lambda sign: CASE
          WHEN regexp_full_match(sign, '[\x00-\x09\x0b-\x1f\x7f-\x{9f}\x{61c}\x{180e}\x{200b}\x{200e}\x{200f}\x{2028}-\x{202e}\x{2060}-\x{206f}\x{feff}\x{fff9}-\x{fffb}\x{e0000}-\x{e007f}]')
          THEN '\u' || lower(lpad(to_hex(unicode(sign)), greatest(4, length(to_hex(unicode(sign))))::INTEGER, '0'))
          ELSE sign
        END
      ),
      ''
    )
    ELSE text
  END;

-- What must not begin a line of its own.
CREATE OR REPLACE TEMP MACRO one_line(text) AS replace(text, chr(10), '\u000a');

-- A word of a line: bare where it is one, else as JSON.
CREATE OR REPLACE TEMP MACRO key_text(key) AS
  CASE WHEN regexp_matches(key, '[\s"''=\\]') OR key = '' THEN to_json(key)::VARCHAR ELSE key END;

-- A value of `fields`: text bare where it is one word, else as JSON; nested values as compact JSON.
-- Nearly all are told by their signs. What only a rare branch needs must not stand there twice: the
-- engine would work it out for every value, once, before it looks which branch it takes.
CREATE OR REPLACE TEMP MACRO value_text(value) AS
  CASE
    WHEN regexp_full_match(value::VARCHAR, '"[^\s"''=\\]+"') THEN array_slice(value::VARCHAR, 2, -2)
    WHEN regexp_matches(value::VARCHAR, '^[^"\[{\\]*$|^"[^"\\]*"$') THEN value::VARCHAR
    WHEN json_type(value) <> 'VARCHAR' THEN json(value)::VARCHAR
    ELSE list_transform([value ->> '$'], lambda word: key_text(word))[1]
  END;

-- A map is by far the quickest way through an object; what is none, or has a key twice, stays JSON.
CREATE OR REPLACE TEMP MACRO fields_text(as_map, fields) AS
  coalesce(
    array_to_string(
      list_transform(
        map_entries(as_map),
        lambda entry: key_text(entry.key) || '=' || coalesce(value_text(entry.value), 'null')
      ),
      ' '
    ),
    CASE WHEN json_type(fields) <> 'NULL' THEN 'fields=' || json(fields)::VARCHAR END
  );

CREATE OR REPLACE TEMP MACRO zoned(ts, zone) AS
  (ts AT TIME ZONE 'UTC') AT TIME ZONE zone;

CREATE OR REPLACE TEMP MACRO offset_text(minutes) AS
  CASE WHEN minutes < 0 THEN '-' ELSE '+' END
  || printf('%02d:%02d', abs(minutes) // 60, abs(minutes) % 60);

-- A time, given as RFC 3339 in UTC, to the millisecond in a zone; never rounded up to a time to come.
CREATE OR REPLACE TEMP MACRO time_shown(ts, zone) AS
  CASE
    WHEN NOT regexp_full_match(ts, '\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z') THEN ts
    WHEN zone = 'UTC' THEN left(ts, 19) || '.' || rpad(left(rtrim(substr(ts, 21), 'Z'), 3), 3, '0') || 'Z'
    ELSE coalesce(
      strftime(zoned(TRY_CAST(left(ts, 19) AS TIMESTAMP), zone), '%Y-%m-%dT%H:%M:%S')
      || '.' || rpad(left(rtrim(substr(ts, 21), 'Z'), 3), 3, '0')
      || offset_text(date_diff('minute', TRY_CAST(left(ts, 19) AS TIMESTAMP), zoned(TRY_CAST(left(ts, 19) AS TIMESTAMP), zone))),
      ts
    )
  END;
