"""Whatever is typed is answered or refused in a sentence: no option's value is a traceback.

Examples are the same in every run; `OPS_EXAMPLES=2000` looks at that many new ones instead.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.main import get_command

from flowctl_ops.cli import COMMANDS, app_for
from tests.cli import Completed, run_ops, run_ops_process

EXAMPLES = os.environ.get("OPS_EXAMPLES")
settings.register_profile(
    "command_line",
    max_examples=int(EXAMPLES) if EXAMPLES else 35,
    derandomize=not EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
fuzzed = settings.get_profile("command_line")
DATA = {
    "shard": {"kind": "materialization", "name": "acmeCo/a", "keyBegin": "00000000"},
    "ts": "2026-10-05T10:00:00.999999999Z",
}
LOG = DATA | {"level": "info", "message": "hi", "fields": {"n": 1}}
SIDES = {"right": {"docsTotal": 3, "bytesTotal": 1_500}}
STATS = DATA | {
    "openSecondsTotal": 1.5,
    "txnCount": 1,
    "materialize": {"acmeCo/b": SIDES | {"lastSourcePublishedAt": "2026-10-05T09:59:59.5Z"}},
}
MANY_DIGITS = "9" * 400
NASTY = [
    *["", " ", "0", "-1", "1", "2", "1.5", "-0", "1e308", "1e309", "inf", "-inf", "nan", "0x10"],
    *["9223372036854775807", "9223372036854775808", "-9223372036854775809", MANY_DIGITS],
    *["9" * 5000, f"{MANY_DIGITS}d", f"0.{MANY_DIGITS}s", f"-{MANY_DIGITS}w ago", "1_000", "٣"],
    *["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "0001-01-01", "2026-10-05"],
    *["9999-12-31", "1677-09-21T00:12:43Z", "2262-04-11T23:47:17Z", "last", "now", "last-month"],
    *["\0", "a\0b", "\udcff", "acmeCo/\udcff", "\ud800", "\ufeff", "\x1b[2J", "\u202e", "é", "💥"],
    *["acmeCo/", "acmeCo/a", "*", "**", "a" * 3000, "'; DROP TABLE logs; --", "$1", "%s", "{}"],
    *["n=1", "n>9", "n~(", "a.b.c!=x", "=", "n=\0", "n>\udcff", "(", "[", "(?i", "\\", "a{9999}"],
    *["UTC", "Europe/Paris", "../../etc/passwd", "Europe", "/", "\udce9/Paris", "posixrules"],
    *["text", "json", "csv", "markdown", "error", "daily", "all", "binding", "bytes", "never"],
    *["FROM logs", "FROM stats", "SELECT 1; SELECT 2", "SELECT '\udcff'", "SELECT 1/0", ";"],
]
SMALL = ["1", "2", "0", "-1", "0.5", "inf", "nan", "1e308", "-inf", "", "x", MANY_DIGITS, "1" * 99]
NO_PATHS = [
    "",
    " ",
    "\0",
    "a\0b",
    "\udcff",
    "nowhere",
    "n" * 5000,
    "n/" * 3000,
    "[",
    "~",
    "~nobody",
]
ALWAYS = {"demo": (), "cache": (), "publish": ("--task=acmeCo/a", "--kind=capture", "--data=made")}
values = st.sampled_from(NASTY) | st.text(max_size=12)
commands = get_command(app_for())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give a folder that holds a log and a stats document."""
    made = tmp_path_factory.mktemp("data")
    (made / "x.jsonl").write_text(f"{json.dumps(LOG)}\n{json.dumps(STATS)}\n")
    return str(made)


def typed(command: str) -> st.SearchStrategy[list[str]]:
    """Some options of a command, each with a value that may be anything."""
    parts = []
    for option in commands.commands[command].params:  # type: ignore[attr-defined] # a group has them
        kind: Any = option
        if kind.param_type_name == "argument" or kind.name in {"help", "data", "task"}:
            continue
        [name, *_] = kind.opts
        if kind.is_flag:
            parts.append(st.just([name]))
        else:
            given_to_it = st.sampled_from(SMALL) if command == "demo" else values
            parts.append(given_to_it.map(f"{name}={{}}".format).map(lambda word: [word]))
    chosen = st.lists(st.one_of(parts), max_size=4)
    words = st.lists(values.filter(lambda text: not text.startswith("-")), max_size=2)
    if command in {"demo", "publish"}:  # a word of `publish` is a program that it would run
        words = st.just([])
    return st.tuples(chosen, words).map(lambda both: [*chain(*both[0]), *both[1]])


@contextmanager
def elsewhere() -> Iterator[str]:
    """Work in an empty folder for a while."""
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as empty:
        os.chdir(empty)
        try:
            yield empty
        finally:
            os.chdir(before)


def assert_answered_or_refused(done: Completed) -> None:
    assert done.exit_code in {0, 2, 3}, done.stderr
    assert done.exit_code == 0 or done.stderr
    assert "Traceback" not in done.stderr
    assert not {chr(code) for code in range(32) if chr(code) not in "\n\t"} & set(done.stderr)


@pytest.mark.parametrize("command", COMMANDS)
@fuzzed
@given(data=st.data())
def test_any_values_of_any_options_are_answered_or_refused(
    command: str, folder: str, data: st.DataObject
) -> None:
    words = data.draw(typed(command))
    with elsewhere():
        where = ALWAYS.get(command, ("--data", folder))
        done = run_ops(command, *where, *words)
    if "--exit-code" in words and done.exit_code == 1:
        return
    assert_answered_or_refused(done)


@pytest.mark.parametrize("command", ["logs", "stats", "lag", "sql"])
@pytest.mark.parametrize("path", NO_PATHS, ids=ascii)
def test_any_path_is_named_where_nothing_is_found(command: str, path: str) -> None:
    statement = ("FROM logs",) if command == "sql" else ()
    with elsewhere():
        done = run_ops(command, *statement, "--data", path)
    assert_answered_or_refused(done)
    assert (done.stdout, done.exit_code) != (b"", 0)


NONSENSE = ["", "nonsense", "-1", "0", "9" * 400, "/", "\udcff", "é", "\x1b[2J", "'", "~", ":"]


@pytest.mark.parametrize("value", NONSENSE, ids=ascii)
@pytest.mark.parametrize(
    "name",
    ["OPS_NOW", "OPS_PAGER", "PAGER", "TZ", "LANG", "LC_ALL", "COLUMNS", "LINES", "TERMINAL_WIDTH"],
)
def test_any_value_of_a_variable_is_used_refused_or_ignored(
    name: str, value: str, folder: str
) -> None:
    done = run_ops("logs", "--data", folder, "--local", env={name: value})
    assert_answered_or_refused(done)
    assert done.exit_code == (2 if name == "OPS_NOW" and value else 0)


@pytest.mark.parametrize("value", [value for value in NONSENSE if value != "/"], ids=ascii)
@pytest.mark.parametrize("name", ["OPS_DATA", "OPS_CONFIG", "XDG_CONFIG_HOME", "HOME", "TMPDIR"])
def test_any_value_of_a_path_is_answered_or_refused(name: str, value: str) -> None:
    with elsewhere() as here:
        Path(here, "x.jsonl").write_text(json.dumps(LOG) + "\n")
        done = run_ops("logs", env={name: value})
    assert_answered_or_refused(done)


CONFIGS = {
    "deep arrays": b"data = " + b"[" * 20_000,
    "deep tables": b"data = " + b"{a=" * 20_000,
    "deep keys": b"a." * 20_000 + b"b = 1",
    "no UTF-8": b'data = "\xff"',
    "a NUL": b"data = '\0'",
    "a NUL as its code": b'data = ["a\\u0000b"]',
    "a number without an end": b"data = " + b"9" * 10_000,
    "too long": b"#" * 2_000_000 + b"\ndata = 1",
}


@pytest.mark.parametrize("content", CONFIGS.values(), ids=list(CONFIGS))
def test_any_config_file_is_read_or_named(content: bytes) -> None:
    with elsewhere() as here:
        Path(here, "config").write_bytes(content)
        Path(here, "x.jsonl").write_text(json.dumps(LOG) + "\n")
        done = run_ops("logs", env={"OPS_CONFIG": "config"})
    assert done.exit_code == (0 if content[:2] == b"##" else 2)  # no key of ours, deep or not
    assert_answered_or_refused(done)


def test_a_config_file_that_is_a_folder_is_named() -> None:
    with elsewhere() as here:
        done = run_ops("logs", env={"OPS_CONFIG": here})
    assert "cannot be read: is a directory" in done.stderr
    assert done.exit_code == 2


def test_without_a_home_there_is_no_config_file(folder: str) -> None:
    """And without an entry for the user, which `ops` in a container may not have."""
    code = (
        "import os, pwd, sys\n"
        "os.environ.pop('HOME'); os.environ.pop('XDG_CONFIG_HOME')\n"
        "def nobody(user): raise KeyError(user)\n"
        "pwd.getpwuid = nobody\n"
        f"os.chdir({folder!r})\n"
        "from flowctl_ops.cli import app_for\n"
        "app_for(['logs'])(['logs'])\n"
    )
    done = run_ops_process(python=code)
    assert (done.stdout[:4], done.stderr, done.exit_code) == (b"2026", "", 0)
