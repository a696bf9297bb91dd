"""One rule of names and numbers for every command, over every form: docs/output.md says it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from flowctl_ops.cli import COMMANDS
from flowctl_ops.demo import DemoPlan, write
from flowctl_ops.store.kept import State, write_state
from tests.cli import run_ops

TASK = "acmeCo/my/capture"
FAILING = "dunderCo/paper/source-mysql"
ROWS: dict[str, list[str]] = {
    "status": ["status"],
    "status of a task": ["status", TASK],
    "explain": ["explain", FAILING, "--all"],
    "patterns": ["patterns"],
    "stats by binding": ["stats", "--by", "binding"],
    "stats by kind": ["stats", "--by", "kind"],
    "stats by tenant": ["stats", "--by", "tenant"],
    "usage": ["stats", "--usage"],
    "usage with prices": ["stats", "--usage", "--rate-hour", "0.14", "--rate-gb", "0.5"],
    "plot": ["stats", "--plot"],
    "lag": ["lag"],
    "lag by task": ["lag", "--by", "task"],
    "check": ["check", "--max-failures", "0/8h", "--max-age", "1h"],
    "doctor": ["doctor"],
    "sql": ["sql", "SELECT * EXCLUDE (doc, fields, position) FROM logs LIMIT 50"],
    "sql of the roll-up": ["sql", "SELECT * EXCLUDE (summary, task_stats) FROM catalog_stats"],
    "the schema": ["sql", "--schema"],
    "the cache": ["cache", "show"],
}
DOCUMENTS: dict[str, list[str]] = {
    "logs": ["logs", "--tail", "20"],
    "stats": ["stats"],
    "stats by grain": ["stats", "--grain", "daily"],
}
NEITHER = {"publish", "materialize", "demo"}  # which write, and answer nothing
SNAKE = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
CAMEL = re.compile(r"[a-z][A-Za-z0-9]*")
TIME_BEGINS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.(?:\d{3}){1,3})?Z")
MEASURED = re.compile(r".*(?:_seconds|_bytes|bytes|docs|count|_behind|errors|failures|holes|cost)")
OF_FLOW = {"catalogName", "grain", "ts", "kind", "statsSummary", "taskStats", "since", "until"}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    write(folder, DemoPlan(rate=2, days=1, tasks=4, exports=False))
    return folder


def kept(demo: Path) -> Path:
    """Make a cache folder that holds something of two data paths."""
    folder = demo.parent / "cache"
    for name in ("one", "two"):
        path = folder / "ops" / name
        (path / "data").mkdir(parents=True, exist_ok=True)
        (path / "data/a.parquet").write_bytes(b"PAR1")
        (path / "lock").touch()
        write_state(path, State((name,)))
    (folder / "ops").chmod(0o700)
    return folder


def answer(demo: Path, asked: list[str], *form: str) -> str:
    return answered(demo, (*asked, *form))


@cache
def answered(demo: Path, asked: tuple[str, ...]) -> str:
    if asked[0] == "cache":
        done = run_ops(*asked, env={"XDG_CACHE_HOME": str(kept(demo))})
    else:
        done = run_ops(*asked, "-q", "-d", str(demo), "--now", "last")
    assert done.stdout, done.stderr
    return done.stdout.decode()


def members(value: Any) -> Iterator[tuple[str, Any]]:
    """Give every member of a document, those of its members too."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name, inner
            yield from members(inner)
    elif isinstance(value, list):
        for item in value:
            yield from members(item)


def test_every_command_is_in_the_table() -> None:
    assert {asked[0] for asked in (*ROWS.values(), *DOCUMENTS.values())} | NEITHER == set(COMMANDS)


@pytest.mark.parametrize("asked", ROWS.values(), ids=list(ROWS))
def test_rows_have_names_of_columns_and_whole_values(asked: list[str], demo: Path) -> None:
    for line in answer(demo, asked, "--json").splitlines():
        for name, value in members(json.loads(line)):
            assert SNAKE.fullmatch(name)
            if isinstance(value, str) and TIME_BEGINS.match(value):
                assert TIME.fullmatch(value)
            if MEASURED.fullmatch(name) and not isinstance(value, list):
                assert value is None or isinstance(value, int | float), name


@pytest.mark.parametrize("asked", ROWS.values(), ids=list(ROWS))
def test_csv_has_the_names_and_the_figures_of_json(asked: list[str], demo: Path) -> None:
    documents = [json.loads(line) for line in answer(demo, asked, "--json").splitlines()]
    header, *rows = csv.reader(io.StringIO(answer(demo, asked, "-o", "csv"), newline=""))
    drawn = {name for each in documents for name, v in each.items() if isinstance(v, list | dict)}
    assert header == [name for name in documents[0] if name not in drawn]
    assert len(rows) == len(documents)
    for row, document in zip(rows, documents, strict=True):
        for name, cell in zip(header, row, strict=True):
            value = document[name]
            if value is None or value == "":
                assert cell == ""
            elif isinstance(value, int | float) and not isinstance(value, bool):
                assert float(cell) == value
                assert isinstance(value, float) or cell == str(value)


@pytest.mark.parametrize("asked", ROWS.values(), ids=list(ROWS))
def test_markdown_has_as_many_rows_under_as_many_headings(asked: list[str], demo: Path) -> None:
    count = len(answer(demo, asked, "--json").splitlines())
    lines = [line for line in answer(demo, asked, "-o", "markdown").splitlines() if line]
    table = [line for line in lines if line.startswith("|")]
    table = table[:-1] if table[-1].startswith("| total |") else table  # of all rows, for people
    assert len(table) == count + 2
    assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table}) == 1


@pytest.mark.parametrize("asked", DOCUMENTS.values(), ids=list(DOCUMENTS))
def test_documents_are_flows_own(asked: list[str], demo: Path) -> None:
    for line in answer(demo, asked, "--json").splitlines():
        document = json.loads(line)
        summary = document.get("statsSummary", {})
        assert all(CAMEL.fullmatch(name) for name, _ in members(summary))
        if asked[0] == "stats":
            assert set(document) <= OF_FLOW
        else:
            assert {"shard", "ts", "level", "message"} <= set(document)
