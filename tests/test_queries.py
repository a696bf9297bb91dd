"""The SQL of the package: static files that say what they answer, each run on real files."""

from __future__ import annotations

import ast
import gzip
import re
from pathlib import Path

import duckdb
import pytest

from flowctl_ops.demo import DemoPlan, write
from tests.cli import run_ops

PACKAGE = Path(__file__).parent.parent / "flowctl_ops"
SQL = {path.relative_to(PACKAGE).as_posix(): path for path in sorted(PACKAGE.rglob("*.sql"))}
STATEMENTS = sorted(name for name in SQL if "/templates/" not in name)  # test_sql.py runs those
ASKED = [name for name in STATEMENTS if name.split("/")[0] not in {"sources", "relations"}]
FORMATTING = re.compile(r"(?<!\\x)\{([A-Za-z_]\w*)?\}|%\(\w+\)|%s")
BAD = b'{"ts":"2024-05-06T07:08:09Z","level":"info","message":"cut\n["array"]\n'
ROLLED_UP = (
    b'{"catalogName":"a/b","grain":"daily","ts":"2024-05-06T00:00:00Z","statsSummary":{},'
    b'"taskStats":{"capture":{"c":{"novel":1}}}}\n'
)
ODD = b"".join(
    b'{"shard":{"name":"a/b"},"ts":"2026-10-05T07:08:09Z","capture":{"c":{"novel":%d}}}\n' % n
    for n in range(2)
)
ROWS = "ts,level,message\n2024-05-06T07:08:09Z,info,hi\n"


@pytest.fixture(scope="module")
def parser() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


@pytest.mark.parametrize("name", SQL)
def test_a_file_begins_with_what_it_is_for(name: str) -> None:
    first = SQL[name].read_text("utf-8").splitlines()[0]
    assert re.match(r"-- [A-Z`].{20}", first)


@pytest.mark.parametrize("name", STATEMENTS)
def test_values_go_in_by_name(name: str, parser: duckdb.DuckDBPyConnection) -> None:
    text = SQL[name].read_text("utf-8")
    assert not FORMATTING.search(text)
    for statement in parser.extract_statements(text):
        assert [key for key in statement.named_parameters if not key.isidentifier()] == []


@pytest.mark.parametrize("name", ASKED)
def test_what_is_shown_is_named_and_ordered(name: str, parser: duckdb.DuckDBPyConnection) -> None:
    """Views may pass on all columns of a view; what a reader gets names its own.

    An answer of one row says so in its comment, and needs no order.
    """
    text = SQL[name].read_text("utf-8")
    for statement in parser.extract_statements(text):
        if statement.type == duckdb.StatementType.SELECT:
            assert not re.search(r"SELECT\s+(\w+\.)?\*", statement.query)
            assert "ORDER BY" in statement.query or "a row in all" in text


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
    ("logs", "-o", "text", "--tail", "3"),
    ("logs", "-o", "text", "-C", "1", "--grep", "shard failed"),
    ("logs", "--now", "last", "--since", "1h"),
    ("stats",),
    ("stats", "--json"),
    ("stats", "--grain", "all", "--names", "all", "--json"),
    ("stats", "--grain", "daily", "--since", "2026-10-05"),
    ("stats", "--by", "binding"),
    ("stats", "--usage", "--grain", "monthly"),
    ("stats", "--plot"),
    ("stats", "--now", "last", "--since", "1h"),
    ("lag",),
    ("sql", "SELECT * FROM catalog_stats"),
    ("sql", "SELECT count(*) FROM stats JOIN bindings USING (task)"),
]
PRINTED = [  # questions that read no document, so that no bad one is named
    ("sql", "SELECT count(*) FROM files", "--json"),
    *(
        (*command.split(), "--print-sql")
        for command in (
            "logs acmeCo/ --where a=b",
            "logs -C 1",
            "stats acmeCo/ --rollup",
            "stats acmeCo/ --rollup --grain daily",
            "stats --by binding",
            "stats --usage",
            "stats --plot",
            "lag",
        )
    ),
]


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
    monkeypatch.setattr("flowctl_ops.engine._texts", {})
    monkeypatch.setattr("flowctl_ops.queries.logs._ROWS_SORTED_AT_ONCE", 5)
    monkeypatch.setattr("flowctl_ops.relations.stats._BATCH_BYTES", 1)
    rolled_up = tmp_path / "rolled-up.jsonl"
    rolled_up.write_bytes(ROLLED_UP * 2)
    for asked in (("--names", "all", "--grain", "all", "--json"), ("--by", "binding")):
        assert run_ops("stats", *asked, "--data", str(rolled_up)).exit_code == 0
    assert run_ops("lag", "--data", str(rolled_up)).exit_code == 0
    assert run_ops("demo", str(tmp_path / "made"), "--days", "1", "--rate", "1").exit_code == 0
    for command in COMMANDS:
        assert run_ops(*command, "--data", str(data)).exit_code == 3
    for command in PRINTED:
        assert run_ops(*command, "--data", str(data)).exit_code == 0
    assert run_ops("logs", "acmeCo/my/capturE", "--data", str(data)).exit_code == 2
    assert sorted(set(SQL) - opened) == []
