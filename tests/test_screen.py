"""What a person sees: tables, causes, groups, hits, shards, and the places of errors in SQL."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from flowctl_ops import texts
from flowctl_ops.demo import DemoPlan, write
from flowctl_ops.errors import UsageError
from flowctl_ops.filters import FieldFilter
from flowctl_ops.render.column import Shown
from flowctl_ops.render.width import cell_width
from flowctl_ops.result import Column
from tests.cli import Completed, run_ops
from tests.documents import NOW_TEXT, TASK, Document, failed, log, read, save, wrote
from tests.test_terminal import on_terminal

NO_COLOR = {"NO_COLOR": "1"}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    write(folder, DemoPlan(days=2, rate=5))
    return folder


TABLES = [
    ("stats",),
    ("stats", "--grain", "hourly"),
    ("stats", "acmeCo/my/capture", "--grain", "daily"),
    ("stats", "--grain", "all", "--names", "all"),
    ("stats", "--by", "binding"),
    ("stats", "--plot", "--grain", "hourly"),
    ("stats", "--usage"),
    ("lag",),
    ("lag", "--by", "task"),
    ("patterns",),
    ("doctor",),
    ("status",),
    ("sql", "FROM logs"),
    ("sql", "FROM failures"),
    ("sql", "SELECT message, fields, doc FROM logs ORDER BY ts DESC LIMIT 9"),
    ("sql", "SELECT error FROM failures"),
    ("sql", "FROM bindings"),
    ("sql", "FROM catalog_stats"),
    ("sql", "SELECT repeat('長', 200) AS wide, 'x' || range AS n FROM range(3)"),
]


@pytest.mark.parametrize("columns", [40, 80, 140])
@pytest.mark.parametrize("args", TABLES, ids=" ".join)
def test_a_table_never_wraps(args: tuple[str, ...], columns: int, demo: Path) -> None:
    asked = (*args, "-d", str(demo), "--now", "last", "-q", "--no-pager")
    session = on_terminal(*asked, env=NO_COLOR, columns=columns, rows=24)
    lines = session.plain.splitlines()
    assert session.exit_code == 0
    assert len(lines) > 1
    lines = [line for line in lines if not line.startswith("next: ")]  # a command stays whole
    told = next((at for at, line in enumerate(lines) if line.startswith("ops: ")), len(lines))
    assert [line for line in lines[:told] if cell_width(line) > columns] == []


def shown(folder: Path, documents: list[Document], *args: str) -> list[str]:
    path = save(folder / "documents.jsonl", documents)
    done = run_ops("logs", "-d", str(path), *args)
    assert done.exit_code == 0, done.stderr
    return done.stdout.decode().splitlines()


LONG = (
    'capture failed: replication slot "flow_slot" is active for PID 549 (SQLSTATE 55006), and so on'
)
TEXTS: dict[str, tuple[Document, list[str]]] = {
    "a short error stays in its line": (
        log(0, "error", "it broke", a=1, error="denied"),
        ["error it broke error=denied a=1"],
    ),
    "a long error stands below": (
        log(0, "error", "it broke", a=1, error=LONG),
        ["error it broke a=1", f"    {LONG}"],
    ),
    "an error of lines": (
        log(0, "error", "it broke", error="one\n\n  two"),
        ["error it broke", "    one", "      two"],
    ),
    "an error with quotes is not escaped": (
        log(0, "error", "it broke", error='a "b" c'),
        ["error it broke", '    a "b" c'],
    ),
    "colours are dropped": (
        log(0, message="\x1b[1;31mred\x1b[0m", a="\x1b[32mgreen\x1b[0m", error="\x1b[1mbold\x1b[m"),
        ["info  red error=bold a=green"],
    ),
    "other controls are shown": (log(0, message="\x1b[2Jx"), ["info  \\u001b[2Jx"]),
    "no message": (log(0, message="", a=1), ["info  (no message) a=1"]),
    "nothing but colours": (log(0, message="\x1b[0m"), ["info  (no message)"]),
    "a long value is cut": (log(0, message="m", a="x" * 500), [f"info  m a={'x' * 399}…"]),
    "an empty error is no error": (log(0, message="m", error=""), ['info  m error=""']),
    "fields without a member": (log(0, message="m") | {"fields": {}}, ["info  m"]),
    "fields that are a list": (log(0, message="m") | {"fields": [1]}, ["info  m fields=[1]"]),
    "an error that is an object": (
        log(0, message="m", error={"a": 1}),
        ["info  m", '    {"a":1}'],
    ),
}


@pytest.mark.parametrize(("document", "expected"), TEXTS.values(), ids=list(TEXTS))
def test_a_log_as_text(document: Document, expected: list[str], tmp_path: Path) -> None:
    first, *rest = shown(tmp_path, [document])
    assert [first.partition(" ")[2], *rest] == expected


def test_a_message_of_a_megabyte_is_shown_short(tmp_path: Path) -> None:
    path = save(tmp_path / "documents.jsonl", [log(5, message="x" * 1_000_000)])
    short = on_terminal("logs", "-d", str(path), "--no-pager", env=NO_COLOR).plain
    assert short.rstrip().endswith("x…")
    assert len(short) < 10_000
    assert len(run_ops("logs", "-d", str(path)).stdout) > 1_000_000


def test_wide_cuts_nothing(tmp_path: Path) -> None:
    error = "\n".join(f"line {number}" for number in range(50))
    documents = [log(0, message="m", a="x" * 500, error=error)]
    cut = shown(tmp_path, documents)
    assert len(cut) == 1 + 13 + 1
    assert cut[-1] == "    … 37 more lines, --wide has them"
    whole = shown(tmp_path, documents, "--wide")
    assert whole[0].endswith("x" * 500)
    assert whole[1:] == [f"    line {number}" for number in range(50)]


FIELDS: dict[str, tuple[tuple[str, ...], str]] = {
    "all": ((), "error=e a=1 b=2 c=3"),
    "some": (("--fields", "b,a"), "error=e a=1 b=2"),
    "repeated": (("--fields", "b", "--fields", "a"), "error=e a=1 b=2"),
    "all but some": (("--fields", "!b"), "error=e a=1 c=3"),
    "all but all there are": (("--fields", "!a,!b,!c"), "error=e"),
    "none": (("--fields", "none"), "error=e"),
    "not the error": (("--fields", "!error"), "a=1 b=2 c=3"),
    "unknown": (("--fields", "zzz"), "error=e"),
}


@pytest.mark.parametrize(("args", "expected"), FIELDS.values(), ids=list(FIELDS))
def test_fields_are_chosen(args: tuple[str, ...], expected: str, tmp_path: Path) -> None:
    [line] = shown(tmp_path, [log(0, message="m", a=1, b=2, error="e", c=3)], *args)
    assert line.partition(" info  m ")[2] == expected


def test_fields_change_nothing_of_json(tmp_path: Path) -> None:
    documents = [log(0, message="m", a=1, b=2)]
    assert shown(tmp_path, documents, "--json", "--fields", "a") == shown(
        tmp_path, documents, "--json"
    )


@pytest.mark.parametrize("text", ["", ",", "!", "a,,b"])
def test_fields_without_a_key_are_refused(text: str) -> None:
    with pytest.raises(UsageError):
        texts.fields([text])


def test_fields_are_read() -> None:
    assert texts.fields(None) == FieldFilter()
    assert texts.fields(["a, b", "!c"]) == FieldFilter(("a", "b"), ("c",))


def numbered(*hits: int, count: int = 12, task: str = TASK) -> list[Document]:
    """Make logs of one task, a minute each, of which some are hits."""
    return [
        log(count - at, message=f"hit {at}" if at in hits else f"line {at}", task=task)
        for at in range(count)
    ]


@pytest.mark.parametrize("more", [(), ("--reverse",)])
@pytest.mark.parametrize(
    ("hits", "expected"),
    [
        ((1, 8), "0 1 2 -- 7 8 9"),
        ((1, 4), "0 1 2 3 4 5"),
        ((1, 5), "0 1 2 -- 4 5 6"),
        ((0,), "0 1"),
        ((11,), "10 11"),
        ((0, 5, 11), "0 1 -- 4 5 6 -- 10 11"),
    ],
)
def test_between_groups_stands_a_line(
    hits: tuple[int, ...], expected: str, more: tuple[str, ...], tmp_path: Path
) -> None:
    lines = shown(tmp_path, numbered(*hits), "-g", "hit", "-C", "1", *more)
    wanted = expected.split()
    assert [line.split()[-1] for line in lines] == (wanted[::-1] if more else wanted)


def test_groups_of_several_tasks_that_overlap_are_one(tmp_path: Path) -> None:
    documents = [*numbered(2, task="a/a"), *numbered(3, 9, task="b/b")]
    lines = shown(tmp_path, documents, "-g", "hit", "-C", "1")
    assert [line for line in lines if line == "--"] == ["--"]
    asked = ("-g", "hit", "-C", "1", "--json")
    assert all(json.loads(line) for line in shown(tmp_path, documents, *asked))


@pytest.mark.parametrize(
    ("pattern", "marked"),
    [
        ("hi+t", "a \x1b[1;31mHiit\x1b[0m b"),
        ("(H|x)i", "a \x1b[1;31mHi\x1b[0mit b"),
        ("z*", "a Hiit b"),
    ],
)
def test_what_is_found_is_marked(pattern: str, marked: str, tmp_path: Path) -> None:
    documents = [log(0, message="a Hiit b")]
    [line] = shown(tmp_path, documents, "-g", pattern, "--color", "always")
    assert line.endswith(marked)
    assert "\x1b" not in "".join(shown(tmp_path, documents, "-g", pattern))


@pytest.mark.parametrize(
    ("args", "found"),
    [
        (("-g", "needle"), "m"),
        (("--grep-all", "needle"), "emf"),
        (("--grep-all", "b1"), "emfx"),
        (("--grep-all", "needle", "--invert"), "x"),
        (("--grep-all", 'say "needle"'), "e"),
    ],
)
def test_everything_can_be_searched(args: tuple[str, ...], found: str, tmp_path: Path) -> None:
    documents = [
        log(3, message="e", error='say "needle"') | {"level": "info"},
        log(2, message="m needle"),
        log(1, message="f", a={"b": ["needle"]}),
        log(0, message="x"),
    ]
    wanted = "em" if args == ("-g", "needle") else found
    lines = shown(tmp_path, documents, *args, "--json")
    assert "".join(json.loads(line)["message"][0] for line in lines) == wanted


def test_the_shard_is_shown_where_a_task_has_several(tmp_path: Path) -> None:
    documents = [
        log(3, message="a"),
        log(2, message="b", key="80000000"),
        log(1, message="c", task="b/b"),
    ]
    lines = [line.partition("Z ")[2] for line in shown(tmp_path, documents)]
    assert lines == [
        f"info  {TASK} 00000000-00000000 a",
        f"info  {TASK} 80000000-00000000 b",
        "info  b/b c",
    ]
    [line] = shown(tmp_path, documents[:1])
    assert "00000000" not in line


def lag(folder: Path, documents: list[Document], *args: str) -> Completed:
    path = save(folder / "documents.jsonl", documents)
    return run_ops("lag", "-d", str(path), *args)


def behind(minutes: float, of: str, size: int | None) -> Document:
    document = read(minutes, of=of, task=f"a/{of}")
    if size is not None:
        document["materialize"][of]["bytesBehind"] = size
    return document


def test_lag_shows_the_worst_first_in_bytes_or_in_time(tmp_path: Path) -> None:
    documents = [
        behind(1, "caught-up", 0),
        behind(1, "gigabytes", 10**10),
        behind(1, "a-few-bytes", 5),
        behind(24 * 60, "a-day", None),
        behind(30, "half-an-hour", None),
    ]
    done = lag(tmp_path, documents, "--json", "--now", NOW_TEXT)
    found = [json.loads(line)["collection"] for line in done.stdout.splitlines()]
    assert found[:2] == ["a-day", "gigabytes"]
    assert found[-1] == "caught-up"


def test_lag_on_old_data_says_why_it_is_so_late(tmp_path: Path) -> None:
    done = lag(tmp_path, [behind(1, "it", 0)], "--now", "2027-01-01")
    assert "--now last" not in done.stderr
    done = lag(tmp_path, [behind(60 * 24 * 365, "it", 0)])
    assert "days old" not in done.stderr or "--now last" in done.stderr


PLACES: dict[str, tuple[str, list[str]]] = {
    "a column": ("SELECT tsk FROM logs", ["Candidate bindings", "LINE 1: SELECT tsk", "^^^"]),
    "a table": ("FROM lgs", ['Did you mean "logs"', "LINE 1: FROM lgs", "^^^"]),
    "a sign": ("SELECT * FRM logs", ["LINE 1: SELECT * FRM logs", "^^^^"]),
    "far behind": (
        f"SELECT {'task, ' * 90} tsk FROM logs",
        ["Candidate bindings", "tsk FROM logs"],
    ),
    "a control": ("SELECT \x1b[2J FROM logs", ["\\u001b[2J"]),
}


@pytest.mark.parametrize(("statement", "told"), PLACES.values(), ids=list(PLACES))
def test_an_error_in_sql_keeps_candidates_and_the_place(
    statement: str, told: list[str], tmp_path: Path
) -> None:
    path = save(tmp_path / "documents.jsonl", [log(0)])
    done = run_ops("sql", statement, "-d", str(path))
    assert done.exit_code == 2
    assert [text for text in told if text not in done.stderr] == []
    assert "\x1b" not in done.stderr
    assert "hint: " in done.stderr
    assert "Error:" not in done.stderr


def test_a_long_error_in_sql_stands_below_its_row(tmp_path: Path) -> None:
    path = save(tmp_path / "documents.jsonl", [failed(0, LONG), failed(1, "one\ntwo")])
    done = run_ops("sql", "SELECT task, error FROM failures ORDER BY ts", "-d", str(path))
    assert done.stdout.decode().splitlines() == [
        "task",
        TASK,
        "    one",
        "    two",
        TASK,
        f"    {LONG}",
    ]


@pytest.mark.parametrize("command", ["logs", "stats", "lag", "sql"])
def test_an_empty_window_is_said(command: str, tmp_path: Path) -> None:
    path = save(tmp_path / "documents.jsonl", [log(0), wrote(0)])
    args: tuple[Any, ...] = ("FROM logs",) if command == "sql" else ()
    window = ("--since", "2026-10-12", "--until", "2026-10-11")
    done = run_ops(command, *args, "-d", str(path), *window)
    assert "the window is empty" in done.stderr
    assert done.exit_code == 0


def test_hours_without_data_are_seen(tmp_path: Path) -> None:
    path = save(tmp_path / "documents.jsonl", [wrote(60 * 5), wrote(0)])
    asked = ("stats", "-d", str(path), "--grain", "hourly", "-q", "--no-pager")
    lines = on_terminal(*asked, env=NO_COLOR, columns=80).plain.splitlines()
    assert lines[-2] == "2026-10-12 08:00  (no data until 2026-10-12T12:00:00Z)"
    assert [line[:16] for line in lines[-3::2]] == ["2026-10-12 07:00", "2026-10-12 12:00"]


def test_notes_are_broken_between_words(demo: Path) -> None:
    asked = ("stats", "--by", "binding", "-d", str(demo), "--now", "last")
    lines = on_terminal(*asked, env=NO_COLOR, columns=70, rows=60).plain.splitlines()
    at = next(at for at, line in enumerate(lines) if line.startswith("ops: "))
    assert max(map(len, lines[at:])) <= 70
    said = " ".join(line.strip() for line in lines[at:])
    assert said.startswith("ops: no room for kind, newest, docs loaded, docs read, docs written")
    assert said.endswith("; --wide and -o csv show all")
    assert all(line.startswith("     ") for line in lines[at + 1 :])


def test_transforms_of_one_derivation_are_told_apart_on_a_narrow_screen(demo: Path) -> None:
    asked = ("stats", "acmeCo/my/totals", "--by", "binding", "-d", str(demo), "--now", "last")
    screen = on_terminal(*asked, env=NO_COLOR, columns=80, rows=24).plain
    assert {"from_orders", "from_customers"} <= set(screen.split())


def test_what_rows_share_stands_above_them_until_the_rest_fits(tmp_path: Path) -> None:
    task = "acmeCo/a/task/of/a/name/that/is/long"
    documents = [read(5, 9, of=f"acmeCo/{name}", task=task) for name in ("orders", "customers")]
    path = save(tmp_path / "documents.jsonl", documents)
    asked = ("lag", "-d", str(path), "--now", NOW_TEXT)
    lines = on_terminal(*asked, env=NO_COLOR, columns=80, rows=24).plain.splitlines()
    assert lines[0] == f"task {task}; kind materialization"
    assert {"collection", "behind", "time", "newest"} <= set(lines[1].split())
    assert {line.split()[0] for line in lines[2:4]} == {"acmeCo/orders", "acmeCo/customers"}


def test_words_are_cut_at_their_end_and_names_where_they_differ() -> None:
    column = replace(Shown.of(0, Column("text")), width=9)
    assert column.trimmed(["store of a table", "store of b"]) == ["store of…", "store of…"]
    names = column.trimmed(["acmeCo/long/x/names", "acmeCo/long/y/names"])
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("args", "is_at_end"), [(("-n", "300"), True), (("-n", "300", "-r"), False)]
)
def test_a_pager_opens_where_the_newest_is(
    args: tuple[str, ...], *, is_at_end: bool, tmp_path: Path
) -> None:
    path = save(tmp_path / "documents.jsonl", numbered(count=400))
    less = tmp_path / "less"
    less.write_text('#!/bin/sh\ncat > /dev/null\necho "called: $*"\n')
    less.chmod(0o755)
    env = {"OPS_PAGER": str(less)}
    screen = on_terminal("logs", "-d", str(path), *args, env=env).plain
    assert ("+G" in screen) == is_at_end
