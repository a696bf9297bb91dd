"""The SQL of the package: static files that say what they answer, each run on real files."""

from __future__ import annotations

import ast
import gzip
import re
import shutil
from pathlib import Path

import duckdb
import pytest

from flowctl_ops import engine, statement
from flowctl_ops.demo import DemoPlan, write
from tests.cli import run_ops

PACKAGE = Path(__file__).parent.parent / "flowctl_ops"
SQL = {path.relative_to(PACKAGE).as_posix(): path for path in sorted(PACKAGE.rglob("*.sql"))}
ASKED = [name for name in SQL if name.split("/")[0] == "queries"]
FORMATTING = re.compile(r"(?<!\\x)\{[A-Za-z_]\w*\}|%\(\w+\)|%s")
BAD = b'{"ts":"2024-05-06T07:08:09Z","level":"info","message":"cut\n["array"]\n'
ROLLED_UP = (
    b'{"catalogName":"a/b","grain":"daily","ts":"2024-05-06T00:00:00Z","statsSummary":{},'
    b'"taskStats":{"capture":{"c":{"novel":1}}}}\n'
)
ODD = b"".join(
    b'{"shard":{"name":"a/b"},"ts":"2026-10-05T07:08:09Z","capture":{"c":{"novel":%d}}}\n' % n
    for n in range(2)
)
ROWS_AS_JSON = (
    '{"catalog_name":"a/b","grain":"daily","ts":"2024-05-06T00:00:00Z","docs_written_by_me":1,'
    '"bytes_written_by_me":2}'
)
ROWS = "ts,level,message\n2024-05-06T07:08:09Z,info,hi\n"


@pytest.mark.parametrize("name", SQL)
def test_a_file_begins_with_what_it_is_for(name: str) -> None:
    first = SQL[name].read_text("utf-8").splitlines()[0]
    assert re.match(r"-- [A-Z`].{20}", first)


@pytest.mark.parametrize("name", SQL)
def test_values_go_in_by_name(name: str) -> None:
    assert not FORMATTING.search(SQL[name].read_text("utf-8"))


@pytest.mark.parametrize("name", ASKED)
def test_what_is_shown_is_named_and_ordered(name: str) -> None:
    """A part of a question has no order; an answer of one row says so in its comment."""
    text = SQL[name].read_text("utf-8")
    if re.search(r"^(SELECT|WITH)\b", text, re.MULTILINE):
        last = text[text.rindex("\nSELECT") if "\nSELECT" in text else 0 :]
        assert not re.search(r"SELECT\s+(\w+\.)?\*", last)
        assert "ORDER BY" in text or "a row in all" in text or "$rows" in text


def test_no_sql_is_put_together_in_python() -> None:
    """No string of the package that is computed holds SQL, and only documentation mentions it."""
    statement = re.compile(r"\b(SELECT|INSERT INTO|CREATE (OR|TEMP|TABLE|VIEW)|SET VARIABLE)\s")
    found = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and statement.search(node.value)
    ]
    assert found == []


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small demo, and beside it a file of every format and some that are damaged."""
    folder = tmp_path_factory.mktemp("data")
    write(folder / "demo", DemoPlan(tasks=2, days=0.25, rate=4, stats_every_s=3600))
    (folder / "bad.jsonl").write_bytes(BAD)
    (folder / "cut.jsonl.gz").write_bytes(gzip.compress(BAD * 100)[:-9])
    (folder / "rows.csv").write_text(ROWS)
    (folder / "rows.json").write_text(
        '[{"shard_name":"a/b","ts":"2024-05-06T07:08:09Z","level":"info"}]'
    )
    with duckdb.connect() as connection:  # two types for one column, and too few to be sure
        for name, fields in (("one", "{'a': 1}"), ("two", "'{}'")):
            columns = f"'2024-05-06T07:08:09Z' AS ts, 'info' AS level, {fields} AS fields"
            connection.sql(f"SELECT {columns}").write_parquet(str(folder / f"{name}.parquet"))
    for name in ("odd", "odder"):
        (folder / f"{name}.jsonl").write_bytes(ODD)
    return folder


COMMANDS = [
    ("logs", "-o", "json"),
    ("logs", "-o", "csv", "--since", "2020-01-01"),
    ("logs", "-o", "text", "--tail", "3", "--where", "a!=b"),
    ("logs", "--tail", "1"),
    ("logs", "-o", "text", "-C", "1", "--grep", "shard failed"),
    ("logs", "--now", "last", "--since", "1h"),
    ("logs", "--follow", "--until-match", "nobody says this", "--exit-after", "1ms"),
    ("stats",),
    ("stats", "--json"),
    ("stats", "acmeCo/", "--rollup"),
    ("stats", "--grain", "all", "--names", "all", "--json"),
    ("stats", "--grain", "daily", "--since", "2026-10-05"),
    ("stats", "--by", "binding"),
    ("stats", "--usage", "--grain", "monthly"),
    ("stats", "--plot"),
    ("stats", "--now", "last", "--since", "1h"),
    ("lag",),
    ("status", "--now", "last"),
    ("check", "--now", "last", "--max-failures", "99/1h", "--max-lag", "99d", "--max-age", "1d"),
    ("explain", "acmeCo/my/capture", "--now", "last"),
    ("explain", "acmeCo/my/capture", "--now", "last", "--since", "1s"),
    ("status", "acmeCo/my/capture", "--now", "last"),
    ("patterns", "--new-since", "1h", "--now", "last"),
    ("patterns", "--top", "3"),
    ("doctor",),
    ("sql", "SELECT * FROM catalog_stats"),
    ("sql", "SELECT count(*) FROM stats JOIN bindings USING (task)"),
    ("sql", "SELECT count(*) FROM files", "--json"),
]


def materialize(data: Path, folder: Path) -> None:
    """Materialize a demo in two runs, and an export of Flow's roll-up; ask both; damage one."""
    grown, stored, exported = folder / "grown", folder / "stored", folder / "exported"
    exports = shutil.ignore_patterns("export")  # hold the same documents: then all is read anew
    shutil.copytree(
        data / "demo", grown, ignore=shutil.ignore_patterns("export", "utc_hour=0[345]")
    )
    shutil.copy(data / "odd.jsonl", grown)
    assert run_ops("materialize", str(stored), "--data", str(grown)).exit_code in (0, 3)
    (grown / "odd.jsonl").unlink()  # what is gone stays
    shutil.copytree(data / "demo", grown, dirs_exist_ok=True, ignore=exports)
    asked = ("materialize", str(stored), "--data", str(grown), "--compact")
    assert run_ops(*asked).exit_code in (0, 3)
    assert run_ops("stats", "--grain", "daily", "--json", "--data", str(stored)).exit_code in (0, 3)
    rolled_up = str(folder / "rolled-up.jsonl")
    assert run_ops("materialize", str(exported), "--data", rolled_up).exit_code == 0
    assert run_ops("stats", "--data", str(exported)).exit_code == 0
    next(stored.glob("logs/*/*.parquet")).write_bytes(b"")
    assert run_ops("logs", "--data", str(stored)).exit_code == 3


def test_every_file_runs_on_real_files(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new file needs a command that runs it, in `COMMANDS`."""
    opened: set[str] = set()
    read_text = Path.read_text

    def remembered(path: Path, encoding: str | None = None) -> str:
        if path.suffix == ".sql":
            opened.add(path.relative_to(PACKAGE).as_posix())
        return read_text(path, encoding)

    monkeypatch.setattr(Path, "read_text", remembered)
    monkeypatch.setattr("flowctl_ops.queries.logs._ROWS_SORTED_AT_ONCE", 500)
    monkeypatch.setattr("flowctl_ops.relations.follow._MOST_REMEMBERED", 2)
    for cached in (statement.text, statement.lines, engine.macros):
        cached.cache_clear()
    rolled_up = tmp_path / "rolled-up.jsonl"
    rolled_up.write_bytes(ROLLED_UP * 2)
    for asked in (("--names", "all", "--grain", "all", "--json"), ("--by", "binding")):
        assert run_ops("stats", *asked, "--data", str(rolled_up)).exit_code == 0
    assert run_ops("lag", "--data", str(rolled_up)).exit_code == 0
    (tmp_path / "rows.json").write_text(f"[{ROWS_AS_JSON}]")
    run_ops("stats", "--data", str(tmp_path / "rows.json"))
    write_odd_tables(tmp_path / "tables")
    run_ops("logs", "--data", str(tmp_path / "tables"))
    assert run_ops("demo", str(tmp_path / "made"), "--days", "1", "--rate", "1").exit_code == 0
    for command in COMMANDS:
        assert run_ops(*command, "--data", str(data)).exit_code in (0, 3)
    assert run_ops("logs", "acmeCo/my/capturE", "--data", str(data)).exit_code == 2
    materialize(data, tmp_path)
    assert sorted(set(SQL) - opened) == []


def write_odd_tables(folder: Path) -> None:
    """Write two tables whose columns differ in type, and one that hardly says what it is."""
    folder.mkdir()
    with duckdb.connect() as connection:
        for name, fields in (("a", "'{}'"), ("b", "{'x': 1}"), ("c", "'{}'::BLOB")):
            connection.sql(
                "SELECT TIMESTAMPTZ '2026-10-05 00:00:00Z' AS ts, 'info' AS level, 'm' AS message, "
                f"{fields} AS fields, 'a/b' AS name"
            ).write_parquet(str(folder / f"{name}.parquet"))
        connection.sql("SELECT 'info' AS level, 'm' AS message").write_parquet(
            str(folder / "d.parquet")
        )
