"""`ops patterns`: templates with named masks, whose counts add up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowctl_ops import engine
from flowctl_ops.demo import DemoPlan, write
from flowctl_ops.engine import Engine
from flowctl_ops.statement import Statement
from tests.cli import Completed, run_ops
from tests.documents import DAY, NOW_TEXT, Document, log, save

UUID = "64c22900-0b77-11ef-8000-0b1c2d3e4f50"


@pytest.fixture(scope="module")
def connection() -> Iterator[Engine]:
    with engine.opened() as opened:
        yield opened


def value(connection: Engine, macro: str, text: str | None) -> object:
    """Ask a macro of the package for its value."""
    rows = connection.ask(Statement(f"SELECT {macro}($text::VARCHAR)", {"text": text}))
    return next(rows)[0][0]


def masked(connection: Engine, text: str) -> str:
    return str(value(connection, "masked", text))


def folded(connection: Engine, text: str | None) -> str:
    return str(value(connection, "folded", text))


# A text, and what is left of it: each mask, and what only looks like it.
MASKS = {
    "a number": ("fetched 12 pages", "fetched <num> pages"),
    "a negative number": ("at -5 now", "at <num> now"),
    "a fraction": ("took 1.25 of it", "took <num> of it"),
    "thousands": ("read 1,234,567 rows", "read <num> rows"),
    "digits of a name": ("table t1 and v2beta", "table t<num> and v<num>beta"),
    "digits after an underscore": ("line_1", "line_<num>"),
    "a uuid": (f"id {UUID}.", "id <uuid>."),
    "a uuid in capitals": (f"id {UUID.upper()}", "id <uuid>"),
    "a uuid too short": (f"id {UUID[:-1]}", "id <hex>-<num>b<num>-<num>ef-<num>-<hex>"),
    "an address": ("from 10.0.0.1:5432 now", "from <ip> now"),
    "an address without a port": ("from 10.0.0.1", "from <ip>"),
    "an address of version 6": ("from [::1]:80", "from <ip>"),
    "a version is no address": ("version 1.2.3", "version <num>.<num>"),
    "a time": ("at 2026-10-05T07:08:09.123Z.", "at <time>."),
    "a time with an offset": ("at 2026-10-05 07:08:09+02:00", "at <time>"),
    "a date": ("on 2026-10-05", "on <time>"),
    "a clock": ("at 07:08:09,123", "at <time>"),
    "a ratio is no clock": ("ratio 07:08", "ratio <num>:<num>"),
    "a hash": ("sum deadbeef00112233", "sum <hex>"),
    "a short hash": ("commit a1b2c3d4", "commit <hex>"),
    "a word of letters is no hash": ("deadbeef is a word", "deadbeef is a word"),
    "0x": ("flag 0x1F", "flag <hex>"),
    "a place in a log": ("at 0/16B3748", "at <hex>"),
    "a quotation": ('slot "flow_slot" is', "slot <quoted> is"),
    "an escaped quotation": (r'say "a \" b" so', "say <quoted> so"),
    "single quotes": ("table 'a b' is", "table <quoted> is"),
    "an apostrophe": ("it doesn't work, don't", "it doesn't work, don't"),
    "an apostrophe and a plural": ("tables' names don't", "tables' names don't"),
    "backticks": ("field `a.b` is", "field <quoted> is"),
    "an address of the web": ("GET https://a.b/c?d=1 failed", "GET <url> failed"),
    "a duration": ("took 12.5ms in all", "took <duration> in all"),
    "a long duration": ("took 1h30m5s", "took <duration>"),
    "a size": ("wrote 12.5 MiB", "wrote <size>"),
    "nothing to mask": ("replication failed", "replication failed"),
    "none of it is ASCII": ("東京 → Zürich, 12 Datensätze ✓", "東京 → Zürich, <num> Datensätze ✓"),
    "masks stay": ("<num> of <quoted>", "<num> of <quoted>"),
}


@pytest.mark.parametrize(("text", "template"), MASKS.values(), ids=list(MASKS))
def test_what_differs_is_masked_by_name(connection: Engine, text: str, template: str) -> None:
    assert masked(connection, text) == template


FOLDED = {
    "a line": ("one", "one"),
    "lines": ("one\ntwo", "one"),
    "a blank line before": ("\n \none", "one"),
    "a trace": ("Traceback (most recent call last):\n  File x\n    y\nE: z", "E: z"),
    "a panic": ("panic: x\n\ngoroutine 1 [running]:\nmain.main()\n\t/a.go:1", "panic: x"),
    "colours": ("\x1b[33mWARN\x1b[0m  it", "WARN  it"),
    "nothing": (None, "(no message)"),
    "no text": ("", "(no message)"),
    "spaces": (" \n ", "(no message)"),
}


@pytest.mark.parametrize(("text", "line"), FOLDED.values(), ids=list(FOLDED))
def test_a_message_is_folded_to_the_line_that_matters(
    connection: Engine, text: str | None, line: str
) -> None:
    assert folded(connection, text) == line


PIECES = st.sampled_from(
    ["0", "19", "a", "f", "x", ".", ":", "-", "/", "0x", " ", '"', "'", "T", "Z", "ms", ",", UUID]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join))
def test_masks_do_not_tell_digits_apart(connection: Engine, text: str) -> None:
    """What makes the question fast: texts that differ in digits alone have one template."""
    zeros = text.translate(dict.fromkeys(map(ord, "123456789"), "0"))
    assert masked(connection, text) == masked(connection, zeros)


def ask(folder: Path, documents: list[Document], *options: str) -> Completed:
    path = save(folder / "documents.jsonl", documents)
    return run_ops("patterns", *options, "-d", str(path), "--now", NOW_TEXT)


def rows(done: Completed) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_row_says_how_often_where_and_when(tmp_path: Path) -> None:
    documents = [
        log(30, message="fetched 1 page", task="a/a"),
        log(20, message="fetched 23 page", task="b/b"),
        log(10, "warn", "fetched 4 page", task="b/b"),
    ]
    [first, second] = rows(ask(tmp_path, documents, "--json", "--since", "1h", "--until", "now"))
    assert {key: first[key] for key in ("level", "count", "tasks", "template", "sample")} == {
        "level": "info",
        "count": 2,
        "tasks": 2,
        "template": "fetched <num> page",
        "sample": "fetched 23 page",
    }
    assert (first["first_seen"], first["last_seen"]) == (
        "2026-10-12T11:30:00Z",
        "2026-10-12T11:40:00Z",
    )
    assert [at for at, count in enumerate(first["activity"]) if count] == [12, 16]
    assert second["level"] == "warn"


@pytest.mark.parametrize("top", ["1", "2", "3", "1000"])
def test_counts_add_up(tmp_path: Path, top: str) -> None:
    write(tmp_path / "demo", DemoPlan(tasks=4, days=1, rate=20))
    data = ("-d", str(tmp_path / "demo"))
    found = rows(run_ops("patterns", "--json", "--top", top, *data))
    total = len(run_ops("logs", "--json", *data).stdout.splitlines())
    assert sum(row["count"] for row in found) == total
    assert len(found) <= int(top) + 1
    assert (len(found) == int(top) + 1) == (found[-1]["level"] is None)


def test_only_what_is_new_is_shown(tmp_path: Path) -> None:
    documents = [
        log(3 * DAY, message="old 1"),
        log(10, message="old 2"),
        log(9, message="new 3"),
        log(8, message="new 4"),
        log(DAY, message="just in it"),
        log(DAY + 0.001, message="just before"),
    ]
    found = rows(ask(tmp_path, documents, "--json", "--new-since", "1d"))
    assert {row["template"]: row["count"] for row in found} == {"new <num>": 2, "just in it": 1}


def test_levels_names_and_kinds_bound_it(tmp_path: Path) -> None:
    documents = [log(5), log(4, "warn", "w"), log(3, "error", "e", task="b/b", kind="derivation")]
    asked = ("--json", "-l", "warn")
    assert [row["template"] for row in rows(ask(tmp_path, documents, *asked))] == ["e", "w"]
    assert [row["template"] for row in rows(ask(tmp_path, documents, "b/*", "--json"))] == ["e"]
    kind = ("--kind", "derivation", "--json")
    assert [row["template"] for row in rows(ask(tmp_path, documents, *kind))] == ["e"]
    assert ask(tmp_path, documents, "c/c").exit_code == 2
    assert ask(tmp_path, documents, "--since", "1m", "--exit-code").exit_code == 1


def test_a_megabyte_and_controls_are_shown_short_and_safe(tmp_path: Path) -> None:
    documents = [log(5, message="a" * 1_000_000), log(4, message="\x1b[2J\x07\u202eb\nc")]
    text = ask(tmp_path, documents).stdout.decode()
    assert not {"\x1b", "\x07", "\u202e"} & set(text)
    assert len(text) < 5_000


def test_the_printed_statement_gives_the_same_rows(tmp_path: Path) -> None:
    write(tmp_path / "demo", DemoPlan(tasks=3, days=1, rate=10))
    asked = ("patterns", "-d", str(tmp_path / "demo"), "--top", "5")
    printed = run_ops(*asked, "--print-sql").stdout.decode()
    again = run_ops("sql", printed, "-d", str(tmp_path / "demo"), "--json").stdout
    assert rows(run_ops(*asked, "--json")) == [json.loads(line) for line in again.splitlines()]
