-- Rules that answers in words share: what caused an error, what kind of message it is, how lengths are said.

-- ── Shards and transactions ─────────────────────────────────────────────────────────────────────

-- A shard of a task, by the beginnings of its ranges.
CREATE OR REPLACE TEMP MACRO shard_name(key_begin, r_clock_begin) AS
  (coalesce(key_begin, '00000000') || '-' || coalesce(r_clock_begin, '00000000'));

-- When a transaction was committed: it opened at `ts`, which the oldest writers cut to the minute.
CREATE OR REPLACE TEMP MACRO committed_ns(ts, open_seconds) AS
  (epoch_ns(ts) + (least(coalesce(open_seconds, 0), 31536000) * 1000000000)::BIGINT);

-- Text without codes for a terminal: colours, and whatever else a program draws with.
CREATE OR REPLACE TEMP MACRO without_codes(text) AS
  regexp_replace(text, '\x1b\[[0-9;:?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(\x07|\x1b\\)', '', 'g');

-- How much of a text is looked at for causes: its beginning and its end.
CREATE OR REPLACE TEMP MACRO clipped(text) AS
  CASE WHEN length(text) > 20000 THEN text[:10000] || ' ' || text[-10000:] ELSE text END;

-- Errors that say that something broke off, and not why.
CREATE OR REPLACE TEMP MACRO is_generic(text) AS
  regexp_matches(
    text,
    '(?i)(^|: )(connector (exited|failed)( with( exit)? (code|status) \d+)?|exit status \d+|signal: \w+|status: \w+'
    || '|(error reading from server: )?(unexpected )?eof|context canceled|(http2|h2 protocol|transport) error|broken pipe'
    || '|grpc.*closed.*|(code = \w+ desc = )?(h2 protocol error|transport is closing)(: .*)?|connection (reset by peer|closed)'
    || '|(capture|derivation|materialization|connector) failed)[.\s]*$'
  );

-- Lines that tell where in a program, and not what: frames of Python, Go, Java, JavaScript and Rust.
CREATE OR REPLACE TEMP MACRO is_frame(line) AS
  regexp_matches(
    line,
    '^\s|^Traceback \(|^goroutine \d+|^[\w./*()\[\]…-]+\(.*\)$|^created by |^stack backtrace:|^note: run with|^\[recovered\]|^\s*$'
    || '|^(During handling of|The above exception was)'
  );

-- An anyhow report's numbered causes and a Java trace's, one a line.
CREATE OR REPLACE TEMP MACRO with_caused_by(text) AS
  regexp_replace(
    regexp_replace(text, '(^|\n)Caused by:\s*\n\s+(\d+: )?', E'\\1Caused by: ', 'g'), '\n\s+\d+: ', E'\nCaused by: ', 'g'
  );

CREATE OR REPLACE TEMP MACRO telling_lines(text) AS
  list_filter(string_split(replace(text, E'\r', ''), E'\n'), lambda line: NOT is_frame(line));

-- What an object says that went wrong, as APIs answer it, or all of it.
CREATE OR REPLACE TEMP MACRO answer_text(value) AS
  coalesce(value ->> '$.message', value ->> '$.error.message', value ->> '$.error_description', value ->> '$.error', value::VARCHAR);

-- The text of a member of an error that is a list.
CREATE OR REPLACE TEMP MACRO cause_text(value) AS
  CASE json_type(value) WHEN 'VARCHAR' THEN value ->> '$' WHEN 'OBJECT' THEN answer_text(value) ELSE value::VARCHAR END;

-- A text that ends in JSON, as an answer is quoted, with what that says in its stead.
CREATE OR REPLACE TEMP MACRO without_object(text) AS
  CASE
    WHEN contains(text, '{"') AND json_valid(text[position('{"' IN text):])
    THEN text[:position('{"' IN text) - 1] || answer_text(text[position('{"' IN text):]::JSON)
    ELSE text
  END;

-- The causes that an error's text names, the outermost first: members of a JSON list, an error and what
-- it was caused by, or the one line of a stack trace that matters. (A lambda over a list of one works a
-- text out once: a macro would write it down, and have it planned, wherever it is named.)
CREATE OR REPLACE TEMP MACRO causes_of_lines(lines) AS
  list_transform(
    [lines],
    lambda told: told[:1] || list_transform(
      list_filter(told[2:], lambda line: starts_with(line, 'Caused by: ')), lambda line: line[12:]
    )
  )[1];

CREATE OR REPLACE TEMP MACRO causes_of(text) AS
  list_transform(
    [without_codes(clipped(text))],
    lambda plain: CASE
      WHEN starts_with(ltrim(plain), '[') AND json_valid(plain)
      THEN list_transform(from_json(plain, '["JSON"]'), lambda value: cause_text(value))
      WHEN contains(plain, 'Traceback (most recent call last)') THEN telling_lines(plain)[-1:]
      ELSE causes_of_lines(telling_lines(with_caused_by(plain)))
    END
  )[1];

CREATE OR REPLACE TEMP MACRO word_count(text) AS len(regexp_extract_all(text, '[^\s:]{2,}'));

-- Names of the layers that an error came through, which say nothing of its cause.
CREATE OR REPLACE TEMP MACRO is_layer(part) AS
  regexp_matches(part, '\s|^(runTransactions|readMessage|transactor\.\w+|\w+\.go|[A-Z]\w+Error|error|Error)$');

-- The end of a chain `a: b: c` that says enough: its last parts, of four words or more, and a name before them.
CREATE OR REPLACE TEMP MACRO chain_end(text) AS
  list_transform(
    list_transform(
      [string_split(without_object(text), ': ')[-200:]],
      lambda parts: {
        'parts': parts,
        'first': coalesce(
          list_filter(range(len(parts), 0, -1), lambda place: word_count(array_to_string(parts[place:], ' ')) >= 4)[1], 1
        )
      }
    ),
    lambda chain: array_to_string(
      chain.parts[CASE WHEN chain.first > 1 AND NOT is_layer(chain.parts[chain.first - 1]) THEN chain.first - 1 ELSE chain.first END:],
      ': '
    )
  )[1];

-- The innermost of some causes that says why; where none does, the outermost.
CREATE OR REPLACE TEMP MACRO telling_of(causes) AS
  list_transform(
    [list_filter(list_transform(causes, lambda cause: trim(cause)), lambda cause: cause <> '')],
    lambda told: coalesce(
      list_transform(list_filter(told, lambda cause: NOT is_generic(cause))[-1:], lambda cause: chain_end(cause))[1], told[1]
    )
  )[1];

-- Why an error occurred, in a line, by its text. NULL where there is no text.
CREATE OR REPLACE TEMP MACRO best_cause(text) AS telling_of(causes_of(text));

-- What a log says that went wrong: its message, and the cause behind it.
CREATE OR REPLACE TEMP MACRO trouble_text(message, error) AS
  nullif(concat_ws(': ', causes_of(message)[-1], best_cause(error)), '');

-- One line of a text, of no more than so many signs.
CREATE OR REPLACE TEMP MACRO shortened(text, most) AS
  CASE
    WHEN length(regexp_replace(text, '\s+', ' ', 'g')) > most
    THEN regexp_replace(text[:4 * most], '\s+', ' ', 'g')[:most - 1] || '…'
    ELSE regexp_replace(text, '\s+', ' ', 'g')
  END;

-- A time as people name it: the day only where it is not today's, the year where it is not this one.
CREATE OR REPLACE TEMP MACRO clock_text(ns, now_ns, zone) AS
  CASE
    WHEN strftime(zoned(make_timestamp_ns(ns), zone), '%Y-%m-%d') = strftime(zoned(make_timestamp_ns(now_ns), zone), '%Y-%m-%d')
    THEN strftime(zoned(make_timestamp_ns(ns), zone), '%H:%M')
    WHEN strftime(zoned(make_timestamp_ns(ns), zone), '%Y') = strftime(zoned(make_timestamp_ns(now_ns), zone), '%Y')
    THEN strftime(zoned(make_timestamp_ns(ns), zone), '%m-%d %H:%M')
    ELSE strftime(zoned(make_timestamp_ns(ns), zone), '%Y-%m-%d %H:%M')
  END;

-- A length of time by its two greatest units, and a number of bytes, to three digits.
CREATE OR REPLACE TEMP MACRO length_text(seconds) AS
  CASE
    WHEN seconds >= 172800 THEN (seconds // 86400)::BIGINT || ' days'
    WHEN seconds >= 7200 THEN (seconds // 3600)::BIGINT || ' h'
    WHEN seconds >= 59.5 THEN greatest(seconds // 60, 1)::BIGINT || ' min'
    ELSE round(seconds)::BIGINT || ' s'
  END;

CREATE OR REPLACE TEMP MACRO counted_text(number, thing) AS number || ' ' || thing || CASE WHEN number = 1 THEN '' ELSE 's' END;

CREATE OR REPLACE TEMP MACRO three_digits(number, unit) AS
  CASE WHEN number >= 99.95 THEN printf('%.0f', number) WHEN number >= 9.995 THEN printf('%.1f', number)
    ELSE printf('%.2f', number) END || unit;

CREATE OR REPLACE TEMP MACRO bytes_text(bytes) AS
  CASE
    WHEN bytes >= 999500000000 THEN three_digits(bytes / 1e12, ' TB')
    WHEN bytes >= 999500000 THEN three_digits(bytes / 1e9, ' GB')
    WHEN bytes >= 999500 THEN three_digits(bytes / 1e6, ' MB')
    WHEN bytes >= 1000 THEN three_digits(bytes / 1e3, ' kB')
    ELSE bytes::BIGINT || ' B'
  END;

-- A text with what differs between messages of one kind as named masks. Digits are alike to every mask.
CREATE OR REPLACE TEMP MACRO masked(text) AS
  regexp_replace(
    regexp_replace(
      regexp_replace(
        regexp_replace(
          regexp_replace(
            regexp_replace(
              regexp_replace(
                regexp_replace(
                  regexp_replace(
                    text, '\b[a-zA-Z][a-zA-Z0-9+.-]*://[^\s"''<>)\]]+', '<url>', 'g'
                  ),
                  '\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b', '<uuid>', 'g'
                ),
                '\b\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.,]\d+)?)?( ?(Z\b|[+-]\d\d:?\d\d\b))?)?|\b\d\d:\d\d:\d\d([.,]\d+)?\b',
                '<time>', 'g'
              ),
              '\b\d{1,3}(\.\d{1,3}){3}(:\d+)?\b|\[[0-9a-fA-F:]*:[0-9a-fA-F:]*\](:\d+)?', '<ip>', 'g'
            ),
            '"([^"\\]|\\.)*"|`[^`]*`|\B''[^'']*''\B', '<quoted>', 'g'
          ),
          '\b0x[0-9a-fA-F]+\b|\b[0-9a-fA-F]+/[0-9A-F]{6,16}\b|\b[0-9a-fA-F]{16,}\b|\b(\d+[a-fA-F]|[a-fA-F]+\d)[0-9a-fA-F]{5,}\b',
          '<hex>', 'g'
        ),
        '\b(\d+(\.\d+)?(ns|us|µs|ms|s|m|h|d))+\b', '<duration>', 'g'
      ),
      '\b\d+(\.\d+)?( ?[kMGTP]i?B\b)', '<size>', 'g'
    ),
    '(^|[\s(=:,\[])-?\d+(,\d\d\d)*(\.\d+)?|\d+(\.\d+)?', '\1<num>', 'g'
  );

-- The line of a message that matters: of a stack trace its error, of other lines the first, without colours.
CREATE OR REPLACE TEMP MACRO folded(text) AS
  CASE
    WHEN text IS NULL OR trim(text) = '' THEN '(no message)'
    WHEN NOT regexp_matches(text, '[\n\r\x1b]') THEN text
    ELSE coalesce(nullif(trim(causes_of(text)[1]), ''), '(no message)')
  END;

-- Whether a known message is this one.
CREATE OR REPLACE TEMP MACRO is_known(known, message, error) AS
  CASE known.place
    WHEN 'message' THEN coalesce(regexp_matches(message, known.pattern), false)
    WHEN 'error' THEN coalesce(regexp_matches(error, known.pattern), false)
    ELSE coalesce(regexp_matches(message, known.pattern), false) OR coalesce(regexp_matches(error, known.pattern), false)
  END;

-- What a known message means, and what to do where it is a fault.
CREATE OR REPLACE TEMP MACRO meaning_text(known) AS
  '= ' || known.meaning || CASE WHEN known.benign OR known."action" = '' THEN '' ELSE ' DO: ' || known."action" END;

-- The first of the known messages that a message and an error are; NULL where none is.
CREATE OR REPLACE TEMP MACRO known_message(messages, message, error) AS
  list_filter(
    messages::STRUCT(
      id VARCHAR, pattern VARCHAR, place VARCHAR, who VARCHAR, benign BOOLEAN, meaning VARCHAR, "action" VARCHAR, source VARCHAR
    )[],
    lambda known: is_known(known, message, error)
  )[1];
