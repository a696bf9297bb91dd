"""Log text is hostile: shown visibly and never obeyed, kept in JSON, harmless in a spreadsheet.

Names of tasks and files, patterns and conditions are data too, whatever they look like in SQL.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli import run_ops

TASK = "acmeCo/a"
SIGNS = {
    **{f"\\u{ord(sign):04x}": sign for sign in "\0\a\b\v\f\r\x1b\x7f"},
    **{f"\\u{ord(sign):04x}": sign for sign in "\x80\x85\x8d\x90\x9b\x9c\x9d\x9f"},  # C1 controls
    **{f"\\u{ord(sign):04x}": sign for sign in "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e"},
    **{f"\\u{ord(sign):04x}": sign for sign in "\u2066\u2067\u2068\u2069"},  # bidi isolates
    **{f"\\u{ord(sign):04x}": sign for sign in "\u200b\u2060\ufeff\ufff9"},  # seen by no one
    **{f"\\u{ord(sign):04x}": sign for sign in "\u2028\u2029"},  # line ends to some
    **{f"\\u{ord(sign):04x}": sign for sign in "\U000e0001\U000e0041"},  # tags, seen by no one
}
ESCAPES = "\x1b[31mred\x1b[0m \x1b]0;title\a \x1b]8;;https://evil.example\x1b\\link \x9b2J"
HOSTILE = ESCAPES + " [bold red]markup[/] " + "".join(f"<{sign}" for sign in SIGNS.values())
SHORT_FORMS = {"\\u0008": "\\b", "\\u000c": "\\f", "\\u000d": "\\r"}  # as JSON may write them


def log(message: Any = "hello", *, task: str = TASK, **more: Any) -> bytes:
    shard = {"kind": "capture", "name": task, "keyBegin": "00000000", "rClockBegin": "00000000"}
    document = {"shard": shard, "ts": "2026-10-05T10:00:00Z", "level": "info", "message": message}
    return json.dumps(document | more, ensure_ascii=False).encode() + b"\n"


def show(folder: Path, *args: str) -> str:
    """Give what stdout shows, with no sign in it turned into another."""
    done = run_ops("logs", "--data", str(folder), *args)
    assert done.exit_code == 0, done.stderr
    return done.stdout.decode()


def raw_signs(text: str) -> list[str]:
    """Give the names of the signs in a text that a terminal would obey, or not show."""
    return [name for name, sign in SIGNS.items() if sign in text]


def unseen_signs(text: str) -> list[str]:
    """Give the names of the signs that a text does not show by name; case does not matter."""
    lower = text.lower()
    return [
        name
        for name in SIGNS
        if f"<{name}" not in lower and f"<{SHORT_FORMS.get(name, name)}" not in lower
    ]


# --- on stdout -----------------------------------------------------------------------------------

PLACES: dict[str, dict[str, Any]] = {
    "time": {"ts": HOSTILE},  # first, as times that are none come before all others
    "message": {"message": HOSTILE},
    "message that is an object": {"message": {HOSTILE: HOSTILE}},
    "field value": {"fields": {"key": HOSTILE}},
    "field name": {"fields": {HOSTILE: 1}},
    "nested field": {"fields": {"key": {"deep": [HOSTILE]}}},
    "fields that are text": {"fields": HOSTILE},
    "task": {"task": f"acmeCo/{HOSTILE}"},
    "level": {"level": HOSTILE},
}


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """Give a folder with a hostile log for each place."""
    content = b"".join(
        log(**{"ts": f"2026-10-05T10:00:{second:02d}Z"} | members)
        for second, members in enumerate(PLACES.values())
    )
    (tmp_path / "x.jsonl").write_bytes(content)
    return tmp_path


def test_text_shows_what_a_terminal_would_obey(hostile: Path) -> None:
    text = show(hostile)
    assert raw_signs(text) == []
    lines = dict(zip(PLACES, text.splitlines(), strict=True))
    unseen = {place: unseen_signs(line) for place, line in lines.items()}
    assert {place: names for place, names in unseen.items() if names} == {}
    assert {place for place, line in lines.items() if "[bold red]markup[/]" in line} == set(PLACES)


def test_markdown_shows_what_a_terminal_would_obey(hostile: Path) -> None:
    """Line ends of any sort are `<br>` in a cell, and a bar is escaped."""
    text = show(hostile, "-o", "markdown")
    assert raw_signs(text) == []
    rows = dict(zip(PLACES, text.splitlines()[2:], strict=True))
    bars = {place: len(re.findall(r"(?<!\\)\|", row)) for place, row in rows.items()}
    assert bars == dict.fromkeys(PLACES, 7)
    assert {place for place, row in rows.items() if "markup" in row} == set(PLACES)


def test_colour_is_all_that_a_terminal_obeys(hostile: Path) -> None:
    colored = show(hostile, "--color", "always")
    assert colored.count("\x1b[0m") == colored.count("\x1b") / 2
    assert re.sub(r"\x1b\[[\d;]+m", "", colored) == show(hostile)


def test_json_keeps_hostile_text_byte_for_byte(hostile: Path) -> None:
    content = (hostile / "x.jsonl").read_bytes()
    escaped = b"".join(json.dumps(json.loads(x)).encode() + b"\n" for x in content.splitlines())
    (hostile / "y.jsonl").write_bytes(escaped)
    done = run_ops("logs", "--data", str(hostile), "-o", "json", "--color", "always")
    assert sorted(done.stdout.splitlines()) == sorted((content + escaped).splitlines())
    assert (done.stderr, done.exit_code) == ("", 0)


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"level": "info\n2026-10-05T10:00:00.000Z error forged"}, id="level"),
        pytest.param({"task": "acmeCo/a\n2026-10-05T10:00:00.000Z error forged"}, id="task"),
        pytest.param({"ts": "now\n2026-10-05T10:00:00.000Z error forged"}, id="time"),
        pytest.param({"fields": {"a\nb": "c\nd"}}, id="fields"),
        pytest.param({"fields": "text\nmore"}, id="fields that are text"),
    ],
)
def test_a_line_end_outside_the_message_begins_no_line(
    more: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "x.jsonl").write_bytes(log(**more) + log(task="acmeCo/b"))
    assert show(tmp_path).count("\n") == 2


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_further_lines_of_a_message_are_indented(end: str, tmp_path: Path) -> None:
    message = end.join(["first", "2026-10-05T10:00:00.000Z error forged", "  deeper", "", "last"])
    (tmp_path / "x.jsonl").write_bytes(log(message, fields={"key": "value"}))
    first, *further = show(tmp_path).splitlines()
    assert first == "2026-10-05T10:00:00.000Z info  first key=value"
    assert further == [
        "    2026-10-05T10:00:00.000Z error forged",
        "      deeper",
        "    ",
        "    last",
    ]


@pytest.mark.parametrize("level", ["notice", "critical", "ERROR", "x" * 40, "\x1b[31m"])
def test_a_level_that_flow_does_not_know_is_shown_whole(level: str, tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(log(level=level))
    shown = level.replace("\x1b", "\\u001b")
    assert show(tmp_path).lower() == f"2026-10-05T10:00:00.000Z {shown} hello\n".lower()


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"a": "b=c"}, 'a="b=c"'),
        ({"a b": "c d"}, '"a b"="c d"'),
        ({"a=1 b": "x"}, '"a=1 b"=x'),
        ({"a": 'say "x"'}, r'a="say \"x\""'),
        ({"a": ""}, 'a=""'),
        ({"": "a"}, '""=a'),
        ({"a": "[red]"}, "a=[red]"),
        ({"a": None, "b": True, "c": 1e3}, "a=null b=true c=1000.0"),
    ],
)
def test_a_field_cannot_pass_for_two(fields: dict[str, Any], shown: str, tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(log(fields=fields))
    assert show(tmp_path) == f"2026-10-05T10:00:00.000Z info  hello {shown}\n"


def test_letters_of_all_scripts_are_left_alone(tmp_path: Path) -> None:
    text = "Größe été 東京 🚋 👩‍👩‍👧 العربية हिन्दी €"
    (tmp_path / "x.jsonl").write_bytes(log(text))
    assert show(tmp_path) == f"2026-10-05T10:00:00.000Z info  {text}\n"


def test_a_table_in_markdown_cannot_be_left(tmp_path: Path) -> None:
    message = "a | b\n| --- |\n<script>x</script> `code` [link](url) **bold** ![image](url)"
    (tmp_path / "x.jsonl").write_bytes(log(message))
    cell = show(tmp_path, "-o", "markdown").splitlines()[2].split(" | ")[4]
    assert cell.startswith("a ")
    assert "<script>" not in cell
    assert re.findall(r"(?<!\\)[|`[*]", cell) == []


# --- on stderr -----------------------------------------------------------------------------------


def narration(folder: Path, *args: str) -> str:
    """Give what stderr says, which is lines that begin alike and nothing raw."""
    text = run_ops("logs", "--data", str(folder), *args).stderr
    assert raw_signs(text) == []
    assert [line for line in text.splitlines() if not line.startswith("ops: ")] == []
    return text


FILE_NAME = "".join(sign for sign in HOSTILE if sign not in "/\0")[:60] + "\n.jsonl"


def test_a_foreign_line_is_shown_visibly(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(b"\x1b[31mred \xe2\x80\xae\xc2\x9b[bold]\rops: forged\n")
    text = narration(tmp_path)
    assert r"x.jsonl:1: is no JSON: \u001b[31mred \u202e\u009b[bold]\u000dops: forged" in text


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param(FILE_NAME, b"nothing\n", id="a bad line"),
        pytest.param(FILE_NAME + ".gz", b"", id="an empty file"),
        pytest.param(FILE_NAME + ".gz", gzip.compress(log() * 99)[:-9], id="a file cut short"),
        pytest.param(FILE_NAME + ".gz", b"text", id="no gzip"),
        pytest.param(FILE_NAME + ".parquet", b"text", id="no Parquet"),
        pytest.param(FILE_NAME + ".csv", b"a,b\n", id="no columns"),
    ],
)
def test_a_file_s_name_is_shown_visibly(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    assert r"\u001b[31mred\u001b[0m" in narration(tmp_path, "--verbose")


def test_a_folder_s_name_is_shown_visibly(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    for folder in (tmp_path / FILE_NAME, tmp_path / FILE_NAME / "nowhere\n"):
        assert r"\u001b[31mred\u001b[0m" in narration(folder)


def test_the_nearest_names_are_shown_visibly(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(log(task=f"acmeCo/{ESCAPES}\nops: forged"))
    text = narration(tmp_path, f"acmeCo/{ESCAPES}")
    assert text.count(r"acmeCo/\u001b[31mred") == 2
    assert text.count("\n") == 2


@pytest.mark.parametrize(
    "args",
    [
        ("--since", ESCAPES),
        ("--level", ESCAPES),
        ("--where", ESCAPES),
        ("--grep", f"({ESCAPES}"),
        ("--tz", ESCAPES),
        ("--slack", ESCAPES),
        (ESCAPES,),
    ],
)
def test_what_was_asked_is_shown_visibly(args: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(log())
    assert r"\u001b[31mred" in narration(tmp_path, *args)


def test_stdout_and_stderr_show_a_sign_alike(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(log(HOSTILE) + HOSTILE.encode()[:20] + b"\n")
    done = run_ops("logs", "--data", str(tmp_path))
    assert rb"\u001b[31mred\u001b[0m" in done.stderr.encode()
    assert b"red" in done.stdout
    assert b"[31m" not in done.stdout  # colours of a message are dropped


# --- in a spreadsheet ----------------------------------------------------------------------------


def cells(folder: Path) -> list[list[str]]:
    """Read a CSV answer back as strictly as Python can."""
    text = show(folder, "-o", "csv")
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))[1:]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
@pytest.mark.parametrize("place", ["message", "level", "task"])
def test_what_a_spreadsheet_would_run_is_text_in_csv(
    start: str, place: str, tmp_path: Path
) -> None:
    formula = f"{start}HYPERLINK(1)|' /C calc'!A0"
    (tmp_path / "x.jsonl").write_bytes(log(**{place: formula}))
    (row,) = cells(tmp_path)
    assert f"'{formula}" in row


@pytest.mark.parametrize(
    "message",
    [
        "x\r=1+1",
        "x\r\n=1+1",
        "x\n=1+1",
        'x"\n=1+1',
        'x","=1+1',
        "x;=1+1",
        "x\u2028=1+1",
        'a, "b"',
        HOSTILE,
    ],
    ids=ascii,
)
def test_no_text_leaves_its_cell(message: str, tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(log(message) + log("next"))
    assert [row[4] for row in cells(tmp_path)] == [message, "next"]


# --- as data of a query --------------------------------------------------------------------------

SQL = [
    "'; DROP TABLE logs; --",
    "' OR '1'='1",
    '" OR ""="',
    "$grep",
    "getvariable('paths')",
    "%",
    "_",
    "\\",
]


@pytest.mark.parametrize("text", SQL)
def test_sql_in_a_search_is_searched_for(text: str, tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(log("other") + log(f"<{text}>"))
    lines = show(tmp_path, "--grep", re.escape(text), "-o", "json").encode()
    assert lines == log(f"<{text}>")


@pytest.mark.parametrize("text", SQL)
def test_sql_in_a_value_is_compared_with(text: str, tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(log(fields={"key": " "}) + log(fields={"key": text}))
    values = (f"key={text}", f"key~^{re.escape(text)}$", f"key>={text}", f"key!=x{text}")
    conditions = [part for value in values for part in ("--where", value)]
    assert show(tmp_path, *conditions, "-o", "json").encode() == log(fields={"key": text})


@pytest.mark.parametrize(
    "key",
    [
        *(
            "a'b",
            'a"b',
            "'; DROP TABLE logs; --",
            "$",
            "$.key",
            "*",
            "a[0]",
            "[*]",
            "a/b",
            "/",
            "#",
        ),
        *("0", "-1", "a b", "été", "a\nb", "\\", "fields", "\x1b[31m", "[red]", "a.b", "a..b", "."),
    ],
    ids=ascii,
)
def test_any_key_is_found(key: str, tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(log(fields={"key": 1}) + log(fields={key: "here"}))
    lines = show(tmp_path, "--where", f"{key}=here", "-o", "json").encode()
    assert lines == log(fields={key: "here"})


@pytest.mark.parametrize("pattern", ["acmeCo/*", "*a*", "*;*", "*(x|y)*"])
def test_only_a_star_is_a_sign_in_a_name(pattern: str, tmp_path: Path) -> None:
    tasks = ["acmeCo/a", "acmeCo/(x|y)+", "b;b", "x"]
    (tmp_path / "x.jsonl").write_bytes(b"".join(log(task, task=task) for task in tasks))
    shown = show(tmp_path, pattern, "-o", "json").splitlines()
    needle = pattern.strip("*")
    assert [json.loads(line)["message"] for line in shown] == [t for t in tasks if needle in t]
