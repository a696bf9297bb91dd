-- How values look to people: nothing of a document reaches a terminal as control.

-- Colour codes, which a connector writes for a terminal of its own.
CREATE OR REPLACE TEMP MACRO without_colors(text) AS
  CASE WHEN contains(text, chr(27)) THEN regexp_replace(text, '\x1b\[[0-9;:]*m', '', 'g') ELSE text END;

-- Signs that terminals obey or that hide or turn text, each shown as its code; a tab as spaces.
CREATE OR REPLACE TEMP MACRO visible(text) AS
  CASE
    WHEN NOT regexp_matches(text, '[^\n -~]') THEN text
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
    WHEN NOT starts_with(value::VARCHAR, '"') THEN value::VARCHAR
    WHEN regexp_full_match(value::VARCHAR, '"[^\s"''=\\]+"') THEN array_slice(value::VARCHAR, 2, -2)
    WHEN NOT contains(value::VARCHAR, '\') THEN value::VARCHAR
    ELSE list_transform([value ->> '$'], lambda word: key_text(without_colors(word)))[1]
  END;

-- A text of which so many signs are shown.
CREATE OR REPLACE TEMP MACRO elided(text, most) AS
  CASE WHEN strlen(text) <= most THEN text WHEN length(text) > most THEN left(text, most - 1) || '…' ELSE text END;

-- The cause of a log, which its fields hold; NULL where there is none.
CREATE OR REPLACE TEMP MACRO error_in(fields) AS
  CASE WHEN contains(fields::VARCHAR, '"error"') THEN nullif(without_colors(fields ->> '$.error'), '') END;

-- Whether a cause stands on lines of its own: where it is long, or would be escaped among fields.
CREATE OR REPLACE TEMP MACRO stands_below(error) AS length(error) > 60 OR regexp_matches(error, '[\n"\\]');

-- A cause on lines of its own: of many or long ones the first.
CREATE OR REPLACE TEMP MACRO lines_below(error, most) AS
  list_transform(
    [list_filter(string_split(elided(error, most), chr(10)), lambda text: trim(text) <> '')],
    lambda texts: E'\n    ' || array_to_string(texts[:most // 150], E'\n    ')
    || CASE WHEN len(texts) > most // 150 THEN E'\n    … ' || CASE len(texts) - most // 150 WHEN 1 THEN '1 more line, --wide has it' ELSE len(texts) - most // 150 || ' more lines, --wide has them' END ELSE '' END
  )[1];

-- A text with what a search found in it between two signs; an expression that finds nothing at all marks nothing.
CREATE OR REPLACE TEMP MACRO highlighted(text, pattern, hit, plain) AS
  CASE WHEN regexp_matches(text, pattern) AND NOT regexp_matches('', pattern) THEN regexp_replace(text, pattern, hit || '\0' || plain, 'g') ELSE text END;

-- The members of an object, in its order, which may have a key twice: pairs of key and value.
CREATE OR REPLACE TEMP MACRO members(fields) AS list_zip(json_keys(fields), json_extract(fields, '$.*'));

-- Members as text; what is no object as JSON. The error stands elsewhere. (What a CASE would choose
-- the rows of is half as slow again.)
CREATE OR REPLACE TEMP MACRO fields_text(members, fields, most) AS
  coalesce(
    nullif(array_to_string(
      list_transform(
        members,
        lambda member: CASE
          WHEN member[1] = 'error' AND member[2]::VARCHAR NOT IN ('""', 'null') THEN NULL
          ELSE key_text(member[1]) || '=' || CASE
            WHEN strlen(member[2]::VARCHAR) <= most THEN value_text(member[2])
            ELSE list_transform([member[2]], lambda value: elided(value_text(value), most))[1]
          END
        END
      ),
      ' '
    ), ''),
    CASE WHEN json_type(fields) NOT IN ('NULL', 'OBJECT') THEN 'fields=' || elided(json(fields)::VARCHAR, most) END
  );

-- The same of those members alone that are wanted, or of all but some.
CREATE OR REPLACE TEMP MACRO some_fields_text(members, fields, is_choice, wanted, unwanted, most) AS
  fields_text(
    list_filter(
      members,
      lambda member: (NOT is_choice OR list_contains(wanted, member[1])) AND NOT list_contains(unwanted, member[1])
    ),
    CASE WHEN NOT is_choice THEN fields END,
    most
  );

-- Which shard of its task a log is from, as Flow names shards.
CREATE OR REPLACE TEMP MACRO shard_text(key_begin, r_clock_begin) AS
  coalesce(key_begin, '?') || '-' || coalesce(r_clock_begin, '?');

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
