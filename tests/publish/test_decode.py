"""Flow's rules for a connector's line, a row each: Flow `crates/ops/src/decode.rs`."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flowctl_ops.publish import decode as decoding
from flowctl_ops.publish import strict
from flowctl_ops.publish.decode import Line
from flowctl_ops.publish.lines import LogReader

TS = "2022-11-20T17:46:37Z"
SHARD = '{"kind":"capture","name":"a/b","keyBegin":"0000aaaa","rClockBegin":"8899aabb"}'

Log = dict[str, Any]


def logs(*lines: str) -> list[Log]:
    """What lines become that arrive together, as documents would hold it."""
    reader = LogReader()
    found = reader.feed(("\n".join(lines) + "\n").encode())
    return [as_document(log) for log in found + reader.end()]


def as_document(log: Line) -> Log:
    members = {
        "ts": log.ts,
        "level": log.level,
        "message": log.message,
        "fields": json.loads(log.fields or "null"),
        "shard": json.loads(log.shard or "null"),
        "spans": json.loads(log.spans or "null"),
    }
    return {key: value for key, value in members.items() if value not in (None, "")}


def raw(text: str, level: str = "warn") -> Log:
    return {"level": level, "message": text}


ROWS: dict[str, tuple[str, Log]] = {
    # times
    "ts": (f'{{"ts":"{TS}","level":"info"}}', {"ts": TS, "level": "info"}),
    "timestamp": (f'{{"timestamp":"{TS}","level":"info"}}', {"ts": TS, "level": "info"}),
    "time": (f'{{"time":"{TS}","level":"info"}}', {"ts": TS, "level": "info"}),
    "ts null is none": ('{"ts":null,"level":"info"}', {"level": "info"}),
    "an offset": (
        '{"ts":"2022-11-20T19:46:37.5+02:00","level":"info"}',
        {"ts": "2022-11-20T17:46:37.500Z", "level": "info"},
    ),
    "nanoseconds": (
        '{"ts":"2022-11-20T17:46:36.119850056Z","level":"info"}',
        {"ts": "2022-11-20T17:46:36.119850056Z", "level": "info"},
    ),
    "an epoch": ('{"ts":1668966397,"level":"info"}', raw('{"ts":1668966397,"level":"info"}')),
    "an epoch as text": ('{"ts":"1668966397"}', raw('{"ts":"1668966397"}')),
    "no zone": ('{"ts":"2022-11-20T17:46:37"}', raw('{"ts":"2022-11-20T17:46:37"}')),
    "no such day": ('{"ts":"2022-02-30T00:00:00Z"}', raw('{"ts":"2022-02-30T00:00:00Z"}')),
    "small letters of a time": (
        '{"ts":"2022-11-20t17:46:37z","level":"info"}',
        {"ts": TS, "level": "info"},
    ),
    "an offset over midnight": (
        '{"ts":"2023-01-01T00:30:00.000001-23:59","level":"info"}',
        {"ts": "2023-01-02T00:29:00.000001Z", "level": "info"},
    ),
    "zeros of a fraction": (
        '{"ts":"2022-11-20T17:46:37.000000Z","level":"info"}',
        {"ts": TS, "level": "info"},
    ),
    "ten digits of a fraction": (
        '{"ts":"2022-11-20T17:46:37.1234567891Z","level":"info"}',
        {"ts": "2022-11-20T17:46:37.123456789Z", "level": "info"},
    ),
    **{
        f"no time {ts}": (f'{{"time":{ts}}}', raw(f'{{"time":{ts}}}'))
        for ts in (
            "1668966397.5",
            "true",
            "[]",
            "{}",
            '"2022-11-20"',
            '"2022-11-20T17:46Z"',
            '"2022-11-20T24:00:00Z"',
            '"2022-11-20T17:46:37+0200"',
            '"2022-11-20T17:46:37.Z"',
            '" 2022-11-20T17:46:37Z"',
            '"20221120T174637Z"',
            '"2022-11-20T17:46:37 UTC"',
        )
    },
    "an empty ts": ('{"ts":""}', raw('{"ts":""}')),
    # levels
    **{
        f"level {spelled}": (f'{{"level":"{spelled}"}}', {"level": level})
        for level, aliases in {
            "trace": ("trace",),
            "debug": ("debug",),
            "info": ("info",),
            "warn": ("warn", "warning"),
            "error": ("error", "fatal", "panic"),
        }.items()
        for alias in aliases
        for spelled in (alias, alias.upper())
    },
    **{
        f"no level {spelled}": (f'{{"level":{spelled}}}', raw(f'{{"level":{spelled}}}'))
        for spelled in (
            '"Info"',
            '"Warning"',
            '"wARN"',
            '"notice"',
            '"critical"',
            '"information"',
            '" info"',
            '""',
            "30",
            "4",
            "2.0",
            "true",
            "[]",
            '["info"]',
            "{}",
            '{"info":1}',
            '{"info":null,"warn":null}',
        )
    },
    "level Error is a guess": ('{"level":"Error"}', raw('{"level":"Error"}', "error")),
    "lvl": ('{"lvl":"debug"}', {"level": "debug"}),
    "level null is none": ('{"level":null,"msg":"hi"}', {"level": "warn", "message": "hi"}),
    "level null is guessed": (
        '{"level":null,"msg":"it failed"}',
        {"level": "error", "message": "it failed"},
    ),
    "level in fields is a field": (
        '{"fields":{"level":"info"}}',
        {"level": "warn", "fields": {"level": "info"}},
    ),
    "serde's long form": ('{"level":{"info":null}}', {"level": "info"}),
    "severity is a field": (
        '{"severity":"INFO","msg":"hi"}',
        {"level": "warn", "message": "hi", "fields": {"severity": "INFO"}},
    ),
    # messages
    "message": ('{"level":"info","message":"hi"}', {"level": "info", "message": "hi"}),
    "msg": ('{"level":"info","msg":"hi"}', {"level": "info", "message": "hi"}),
    "an escaped name of a member": (
        r'{"\u006cevel":"info","\u006d\u0073g":"hi"}',
        {"level": "info", "message": "hi"},
    ),
    "members are named in one case": (
        '{"Level":"info","MSG":"hi"}',
        {"level": "warn", "fields": {"Level": "info", "MSG": "hi"}},
    ),
    "a list as message": ('{"msg":["hi"]}', raw('{"msg":["hi"]}')),
    "an object as message": ('{"message":{"a":1}}', raw('{"message":{"a":1}}')),
    "a number as message": ('{"message":1}', raw('{"message":1}')),
    "a null message": ('{"message":null}', raw('{"message":null}')),
    "message out of fields": (
        '{"level":"info","fields":{"message":"hi","a":1}}',
        {"level": "info", "message": "hi", "fields": {"a": 1}},
    ),
    "msg out of fields": (
        '{"level":"info","fields":{"msg":"hi"}}',
        {"level": "info", "message": "hi"},
    ),
    "both out of fields": (
        '{"level":"info","fields":{"message":"one","msg":"two"}}',
        {"level": "info", "message": "two"},
    ),
    "an empty message, one in fields": (
        '{"level":"info","msg":"","fields":{"msg":"hi"}}',
        {"level": "info", "message": "hi"},
    ),
    "a message beside one in fields": (
        '{"level":"info","msg":"top","fields":{"msg":"hi"}}',
        {"level": "info", "message": "top", "fields": {"msg": "hi"}},
    ),
    "an empty one and another out of fields": (
        '{"level":"info","fields":{"message":"one","msg":""}}',
        {"level": "info"},
    ),
    "an empty one out of fields": ('{"level":"info","fields":{"msg":""}}', {"level": "info"}),
    "a text and a number in fields": (
        '{"level":"info","fields":{"message":"hi","msg":2}}',
        {"level": "info", "message": "hi", "fields": {"msg": 2}},
    ),
    "a number in fields is no message": (
        '{"level":"info","fields":{"message":1}}',
        {"level": "info", "fields": {"message": 1}},
    ),
    # fields
    "unknown keys": (
        '{"level":"info","a":1,"b":{"c":[true,null]}}',
        {"level": "info", "fields": {"a": 1, "b": {"c": [True, None]}}},
    ),
    "unknown keys override fields": (
        '{"level":"info","fields":{"a":1,"b":2},"a":3}',
        {"level": "info", "fields": {"a": 3, "b": 2}},
    ),
    "a null overrides a field": (
        '{"level":"info","a":null,"fields":{"a":1}}',
        {"level": "info", "fields": {"a": None}},
    ),
    "fields of a text": ('{"fields":"{}"}', raw('{"fields":"{}"}')),
    "fields of a number": ('{"fields":0}', raw('{"fields":0}')),
    "_meta is unknown": (
        '{"level":"info","_meta":{"uuid":"x"}}',
        {"level": "info", "fields": {"_meta": {"uuid": "x"}}},
    ),
    "null fields": ('{"fields":null}', raw('{"fields":null}')),
    "fields of an array": ('{"fields":[]}', raw('{"fields":[]}')),
    "empty fields": ('{"level":"info","fields":{}}', {"level": "info"}),
    "an unknown key twice": (
        '{"level":"info","a":1,"a":2}',
        {"level": "info", "fields": {"a": 2}},
    ),
    "a field twice": (
        '{"level":"info","fields":{"a":1,"a":2}}',
        {"level": "info", "fields": {"a": 2}},
    ),
    # two spellings of one member
    **{
        f"twice: {line}": (line, raw(line))
        for line in (
            f'{{"ts":"{TS}","time":"{TS}"}}',
            f'{{"ts":null,"timestamp":"{TS}"}}',
            '{"level":"info","lvl":"info"}',
            '{"level":"info","level":"info"}',
            '{"message":"a","msg":"b"}',
            '{"message":"","msg":"b"}',
            '{"fields":{},"fields":{}}',
            '{"shard":null,"shard":null}',
        )
    },
    # a missing level
    **{
        f"guessed of {word}": (
            f'{{"msg":"it {word}!"}}',
            {"level": "error", "message": f"it {word}!"},
        )
        for word in (
            "error",
            "ERRORS",
            "failed",
            "Panic",
            "timeout",
            "Unable",
            "unrecognised",
            "UNRECOGNIZED",
        )
    },
    "guessed of a key": ('{"error":null}', {"level": "error", "fields": {"error": None}}),
    "guessed of a value": ('{"a":["failed"]}', {"level": "error", "fields": {"a": ["failed"]}}),
    "not guessed of what is escaped": (
        r'{"msg":"\u0065rror"}',
        {"level": "warn", "message": "error"},
    ),
    "guessed of a member's name in fields": (
        '{"fields":{"TimeoutMs":5}}',
        {"level": "error", "fields": {"TimeoutMs": 5}},
    ),
    "guessed of blanks that part a word": (
        '{"msg":"time out, un able, fail ed"}',
        {"level": "warn", "message": "time out, un able, fail ed"},
    ),
    "a false alarm": ('{"msg":"0 errors"}', {"level": "error", "message": "0 errors"}),
    "nothing to guess of": (
        '{"msg":"unrecognisable"}',
        {"level": "warn", "message": "unrecognisable"},
    ),
    "a level is not guessed": (
        '{"level":"info","error":1}',
        {"level": "info", "fields": {"error": 1}},
    ),
    "an empty object": ("{}", {"level": "warn"}),
    # shard and spans
    "shard": (f'{{"level":"info","shard":{SHARD}}}', {"level": "info", "shard": json.loads(SHARD)}),
    "shard with a build": (
        f'{{"level":"info","shard":{SHARD[:-1]},"build":"0123456789abcdef"}}}}',
        {"level": "info", "shard": json.loads(SHARD) | {"build": "0123456789abcdef"}},
    ),
    "shard in upper case and short": (
        '{"level":"info","shard":{"kind":"derivation","name":"a","keyBegin":"AA","rClockBegin":"+1"}}',
        {
            "level": "info",
            "shard": {
                "kind": "derivation",
                "name": "a",
                "keyBegin": "000000aa",
                "rClockBegin": "00000001",
            },
        },
    ),
    "no shard": ('{"level":"info","shard":null}', {"level": "info"}),
    **{
        f"shard {shard}": (f'{{"shard":{shard}}}', raw(f'{{"shard":{shard}}}'))
        for shard in (
            "{}",
            "1",
            SHARD.replace("capture", "materialize"),
            SHARD.replace("8899aabb", "xyz"),
            SHARD.replace("8899aabb", "123456789"),
            SHARD.replace('"0000aaaa"', "0"),
        )
    },
    "spans": (
        f'{{"level":"info","spans":[{{"ts":"{TS}","level":"debug","message":"m","fields":{{"n":42}}}}]}}',
        {
            "level": "info",
            "spans": [{"ts": TS, "level": "debug", "message": "m", "fields": {"n": 42}}],
        },
    ),
    "no spans": ('{"level":"info","spans":[]}', {"level": "info"}),
    **{
        f"spans {spans}": (f'{{"spans":{spans}}}', raw(f'{{"spans":{spans}}}'))
        for spans in (
            "null",
            "{}",
            "[1]",
            '[{"level":"warning"}]',
            '[{"other":1}]',
            '[{"fields":null}]',
        )
    },
    # what is JSON
    "blanks around": (' \t{"level":"info"}\t \r', {"level": "info"}),
    "NaN": ('{"a":NaN}', raw('{"a":NaN}')),
    "-Infinity in fields": ('{"fields":{"a":-Infinity}}', raw('{"fields":{"a":-Infinity}}')),
    "Infinity": (
        '{"level":"info","fields":{"a":[Infinity]}}',
        raw('{"level":"info","fields":{"a":[Infinity]}}'),
    ),
    "a NUL behind": ('{"level":"info"}\x00', raw('{"level":"info"}\x00')),
    "a form feed behind": ('{"level":"info"}\f', raw('{"level":"info"}')),
    "a comment": ('{"level":"info"} // hi', raw('{"level":"info"} // hi')),
    "single quotes": ("{'level':'info'}", raw("{'level':'info'}")),
    "a comma too many": ('{"level":"info",}', raw('{"level":"info",}')),
    "something behind": ('{"hello":"world"} !', raw('{"hello":"world"} !')),
    "two on a line": ('{"a":1}{"a":2}', raw('{"a":1}{"a":2}')),
    "cut off": ('{"level":"info"', raw('{"level":"info"')),
    "an array": ('["info","hi"]', raw('["info","hi"]')),
    "a string": ('"hi"', raw('"hi"')),
    "null": ("null", raw("null")),
    "a zero in front": ('{"a":01}', raw('{"a":01}')),
    "a control sign": ('{"a":"\x01"}', raw('{"a":"\x01"}')),
    "a byte order mark": ('\ufeff{"level":"info"}', raw('\ufeff{"level":"info"}')),
    "a lone surrogate": (r'{"msg":"\ud800"}', raw(r'{"msg":"\ud800"}')),
    "a lone surrogate in an unknown key's value": (r'{"a":"\uDC00"}', raw(r'{"a":"\uDC00"}')),
    "a lone surrogate in fields": (
        r'{"level":"info","fields":{"a":"\ud800!"}}',
        {"level": "info", "fields": {"a": "\ufffd!"}},
    ),
    "a pair of surrogates": (
        r'{"level":"info","msg":"\ud83d\ude00"}',
        {"level": "info", "message": "😀"},
    ),
    "a number beyond doubles": ('{"a":1e400}', raw('{"a":1e400}')),
    "too deep": ('{"a":%s}' % ("[" * 127 + "]" * 127), raw('{"a":%s}' % ("[" * 127 + "]" * 127))),
    # raw text
    "raw text": ("\t a debug line", raw("\t a debug line")),
    "raw text of an error": ("panic: oops", raw("panic: oops", "error")),
    "blanks behind raw text": ("Unable to scrub!\t \t\r", raw("Unable to scrub!", "error")),
    "a blank line": ("", {"level": "warn"}),
}


@pytest.mark.parametrize(("line", "expected"), ROWS.values(), ids=list(ROWS))
def test_a_line_becomes_a_log(line: str, expected: Log) -> None:
    assert logs(line) == [expected]


NUMBERS = [
    "0",
    "-0",
    "1.0",
    "1.10",
    "0.1",
    "1e5",
    "1E+5",
    "-1.5e-7",
    "9007199254740993",
    "18446744073709551616",
    "123456789012345678901234567890",
    "102272023e8",
    "1" + "0" * 300,
]


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("line", ['{{"fields":{{"n":{}}}}}', '{{"n":{}}}', '{{"n":[{{"m":{}}}]}}'])
def test_a_number_keeps_its_text(number: str, line: str) -> None:
    [log] = LogReader().feed(line.format(number).encode() + b"\n")
    assert number in log.fields.replace("}", " ").replace(":", " ").split()


def test_a_number_in_fields_may_be_beyond_doubles() -> None:
    [log] = LogReader().feed(b'{"fields":{"id":102272023e800296}}\n')
    assert log.fields == '{"id":102272023e800296}'


@pytest.mark.parametrize(
    "text", ['{"a":\r1}', '{"a":\r1.10}', '{"a":[1,\r\r2]}\r', '{"a":{"b":\r1.0}}']
)
def test_a_document_is_one_line_to_everybody(text: str) -> None:
    [log] = LogReader().feed(f'{{"level":"info","fields":{text}}}\n'.encode())
    assert "\r" not in log.fields
    assert json.loads(log.fields) == json.loads(text)


def test_fields_may_be_nested_as_deeply_as_one_likes() -> None:
    deep = "[" * 5000 + "]" * 5000
    [log] = LogReader().feed(f'{{"level":"info","fields":{{"a":{deep}}}}}\n'.encode())
    assert (log.level, log.fields) == ("info", f'{{"a":{deep}}}')


def test_a_stream_of_all_forms_becomes_logs_in_order() -> None:
    shard = json.loads(SHARD)
    assert logs(
        '{"batch":1,"level":"warning","msg":"done","time":"2022-11-20T17:46:37Z"}',
        '{"a":"b"} ?',
        f'{{"ts":"{TS}","level":"info","message":"m","shard":{SHARD},"fields":{{"n":1}}}}',
        "Unable to go on \t\r",
        "",
        '{"x":1,"fields":{"y":2}}\t \r\r',
        "\tleft-over",
        '{"msg":"went wrong","error":"no luck"}',
        "an unrecognised name",
        "{}",
        "panic: oops\r",
        "",
        "at line 7\r",
        " ",
        "",
    ) == [
        {"ts": TS, "level": "warn", "message": "done", "fields": {"batch": 1}},
        raw('{"a":"b"} ?'),
        {"ts": TS, "level": "info", "message": "m", "shard": shard, "fields": {"n": 1}},
        raw("Unable to go on", "error"),
        {"level": "warn", "fields": {"x": 1, "y": 2}},
        raw("\tleft-over"),
        {"level": "error", "message": "went wrong", "fields": {"error": "no luck"}},
        raw("an unrecognised name", "error"),
        {"level": "warn"},
        raw("panic: oops\r\n\nat line 7", "error"),
    ]


def test_raw_lines_that_are_there_already_are_one_log() -> None:
    trace = ["panic: oops", "", "goroutine 1 [running]:", "\t/prog.go:7", "", ""]
    assert logs('{"level":"info"}', *trace, '{"level":"debug"}') == [
        {"level": "info"},
        raw("panic: oops\n\ngoroutine 1 [running]:\n\t/prog.go:7", "error"),
        {"level": "debug"},
    ]


def test_blank_lines_in_front_of_raw_text_stay() -> None:
    assert logs("", "", "text") == [raw("\n\ntext")]


def test_a_blank_line_between_json_lines_is_an_empty_warning() -> None:
    assert logs('{"level":"info"}', "", '{"level":"info"}') == [
        {"level": "info"},
        {"level": "warn"},
        {"level": "info"},
    ]


def test_a_line_of_json_that_is_no_log_joins_raw_text() -> None:
    assert logs("text", '{"level":"Info"}') == [raw('text\n{"level":"Info"}')]


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(["info", "Info", TS, "error"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)
keys = st.sampled_from([*strict.MEMBERS, "a", "b", "eventType"]) | st.text(max_size=3)
usual = st.fixed_dictionaries(
    {},
    optional={
        "ts": st.sampled_from([TS, "2022-11-20T17:46:37.5+01:00"]),
        "level": st.sampled_from(["info", "WARN", "fatal"]),
        "msg": st.text(max_size=8),
        "fields": st.dictionaries(keys, values, max_size=4),
        "a": values,
    },
)


writings = st.fixed_dictionaries(
    {
        "ensure_ascii": st.booleans(),
        "separators": st.sampled_from([(",", ":"), (", ", ": "), (" , ", " : ")]),
    }
)


@given(st.dictionaries(keys, values, max_size=5) | usual, writings)
@example({"fields": {"msg": "x"}}, {})
@example({"fields": {"msg": ""}}, {})
@example({"a": 1, "fields": {"fields": {"b": 1}}}, {"separators": (",", ":")})
def test_the_fast_way_reads_as_the_exact_one(members: Log, writing: dict[str, Any]) -> None:
    line = json.dumps(members, **writing)
    fast, exact = decoding.decode(line), decoding.decode_strictly(line)
    assert (fast is None) == (exact is None)
    if fast is not None and exact is not None:
        assert as_document(fast) == as_document(exact)


@given(st.text(alphabet='{}[]":,\\u d8level1.5e-0tfn', max_size=40))
def test_no_text_is_too_odd(text: str) -> None:
    fast, exact = decoding.decode("{" + text), decoding.decode_strictly("{" + text)
    assert (fast is None) == (exact is None)
