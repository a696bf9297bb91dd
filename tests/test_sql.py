"""`ops sql`: the public views, and nothing beside them."""

from __future__ import annotations

import csv
import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flowctl_ops.demo import DemoPlan, write
from flowctl_ops.queries.schema import VIEWS
from tests.cli import Completed, run_ops, run_ops_process


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    write(folder / "demo", DemoPlan(tasks=3, days=0.5, rate=6, stats_every_s=1800))
    return folder


def ask(root: Path, statement: str, *options: str) -> Completed:
    return run_ops("sql", statement, "-q", "-d", str(root), *options)


@pytest.mark.parametrize("view", VIEWS)
def test_the_schema_is_that_of_the_view(data: Path, view: str) -> None:
    done = ask(data, f"DESCRIBE {view}", "--json")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    told = [(name, kind) for name, kind, _ in VIEWS[view]]
    assert [(row["column_name"], row["column_type"]) for row in found] == told


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_has_rows_and_is_told_in_the_schema(data: Path, view: str) -> None:
    done = ask(data, f"SELECT count(*) AS n FROM {view}", "--json")
    assert json.loads(done.stdout)["n"] > 0, done.stderr
    listed = run_ops("sql", "--schema", "-o", "csv").stdout.decode().splitlines()
    assert sum(line.startswith(f"{view},") for line in listed) == len(VIEWS[view])


def test_views_hold_what_the_commands_count(data: Path) -> None:
    logs = run_ops("logs", "-d", str(data), "--json").stdout.splitlines()
    assert json.loads(ask(data, "SELECT count(*) n FROM logs", "--json").stdout)["n"] == len(logs)
    documents = ask(data, "SELECT doc FROM logs ORDER BY ts NULLS FIRST LIMIT 50", "--json")
    assert json.loads(documents.stdout.splitlines()[9])["doc"] == json.loads(logs[9])
    summed = ask(data, "SELECT sum(txn_count) n FROM stats", "--json")
    shown = run_ops("stats", "-d", str(data), "--json").stdout.splitlines()
    totals = [json.loads(line)["statsSummary"].get("txnCount", 0) for line in shown]
    assert json.loads(summed.stdout)["n"] == sum(totals)


def test_files_say_what_became_of_them(data: Path) -> None:
    done = ask(data, "SELECT DISTINCT used, why_not FROM files", "-o", "csv")
    told = set(done.stdout.decode().splitlines()[1:])
    assert {"true,", "false,of an older backfill", "false,covered by another fragment"} <= told


@pytest.mark.parametrize(
    "statement",
    [
        "DROP VIEW logs",
        "CREATE TABLE x AS SELECT 1",
        "INSERT INTO log_documents SELECT NULL",
        "UPDATE log_documents SET doc = NULL",
        "DELETE FROM log_documents",
        "ATTACH ':memory:' AS other",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET threads = 1",
        "PRAGMA threads = 1",
        "COPY (SELECT 1) TO 'written.csv'",
        "EXPORT DATABASE 'written'",
        "CALL pragma_version()",
        "BEGIN",
        "SELECT 1; SELECT 2",
        "SELECT 1; DROP VIEW logs",
        "/* nothing */",
    ],
)
def test_what_does_more_than_read_is_refused(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = ask(data, statement)
    assert done.exit_code == 2
    assert "runs one SELECT" in done.stderr
    assert not done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "source",
    [
        "read_text('{path}')",
        "read_csv('{path}')",
        "read_parquet('{path}')",
        "read_ndjson_objects('{path}')",
        "glob('{folder}/*')",
        "'{path}'",
        "query('SELECT * FROM read_text(''{path}'')')",
    ],
)
def test_no_file_but_the_data_is_read(data: Path, tmp_path: Path, source: str) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a secret\n")
    for path in (secret, data / "demo"):
        done = ask(data, f"SELECT * FROM {source.format(path=path, folder=tmp_path)}")
        assert done.exit_code == 2
        assert b"secret" not in done.stdout


@pytest.mark.parametrize("statement", ["SELEC 1", "SELECT * FROM nothing", "SELECT 1 + 'a'"])
def test_a_statement_that_cannot_be_run_says_why(data: Path, statement: str) -> None:
    done = ask(data, statement)
    assert done.exit_code == 2
    assert "error: " in done.stderr
    assert "ops sql --schema" in done.stderr
    assert "Traceback" not in done.stderr


def test_values_of_every_type_are_written(data: Path) -> None:
    statement = """
      SELECT 1::BIGINT AS a, 1.5::DECIMAL(9, 2) AS b, NULL AS c, '=1+1' AS d, [1, 2] AS e,
        TIMESTAMP_NS '2024-05-06 07:08:09.1234' AS f, TIMESTAMPTZ '2024-05-06 07:08:09+02' AS g,
        {'x': 1} AS h, '{"y": 2}'::JSON AS i, true AS j, -5 AS k, 'a' AS "q""x", E'\\x1b[31m' AS l
    """
    row = json.loads(ask(data, statement, "--json").stdout)
    assert row == {
        "a": 1,
        "b": 1.5,
        "c": None,
        "d": "=1+1",
        "e": [1, 2],
        "f": "2024-05-06T07:08:09.123400Z",
        "g": "2024-05-06T05:08:09Z",
        "h": {"x": 1},
        "i": {"y": 2},
        "j": True,
        "k": -5,
        'q"x': "a",
        "l": "\x1b[31m",
    }
    cells = ask(data, statement, "-o", "csv").stdout.decode().splitlines()[1]
    assert cells.startswith("1,1.50,,'=1+1,")
    assert ",-5,a," in cells
    assert b"\x1b" not in ask(data, statement).stdout


def test_a_name_that_is_put_together_finds_its_rows(data: Path) -> None:
    done = ask(data, "SELECT count(*) AS n FROM query_table('st' || 'ats')", "--json")
    assert json.loads(done.stdout)["n"] > 0


def test_what_json_has_no_word_for_is_null(data: Path) -> None:
    done = ask(data, "SELECT 1 / 0 AS a, 'nan'::DOUBLE AS b, 0.5::DOUBLE AS c", "--json")
    assert json.loads(done.stdout) == {"a": None, "b": None, "c": 0.5}


def test_a_header_is_shown_and_not_obeyed(data: Path) -> None:
    assert b"\x1b" not in ask(data, 'SELECT 1 AS "a\x1b[31mb"').stdout


def test_a_statement_comes_from_stdin_or_a_file(data: Path, tmp_path: Path) -> None:
    piped = run_ops("sql", "-d", str(data), "-o", "csv", stdin=b"SELECT 42 AS n\n")
    assert piped.stdout == b"n\n42\n"
    question = tmp_path / "question.sql"
    question.write_text("SELECT 43 AS n;\n")
    assert run_ops("sql", "-f", str(question), "-d", str(data), "-o", "csv").stdout == b"n\n43\n"
    missing = run_ops("sql", "-f", str(tmp_path / "no.sql"), "-d", str(data))
    assert missing.exit_code == 2


WINDOW = ("--since", "2026-10-05T02:30:00Z", "--until", "2026-10-06T07:10:00Z")
PRINTED = [
    "logs --level warn",
    "logs --grep connector --since 2026-10-05T02:00:00Z",
    "logs acmeCo/* --grep it's --invert --kind capture",
    "logs --where eventType=connectorStatus",
    "logs --where eventType!=connectorStatus --level warn --where error~e",
    "logs --where error!~x --where attempt>=1",
    "logs --where attempt>1.5 --where attempt<=x",
    "logs acmeCo/my/capture --level error -C 2",
    "logs --level warn -B 1 --tail 3",
    "logs --level error -A 3 --reverse WINDOW",
    "stats",
    "stats --since 2026-10-05T02:30:00Z --kind capture --sort bytes",
    "stats acmeCo/ --names collections --sort docs --top 2 WINDOW",
    "stats --names prefixes --sort newest",
    "stats acmeCo/* --names all --sort bytes --kind capture",
    "stats acmeCo/ */my/* --rollup WINDOW",
    "stats acmeCo/ --rollup --kind materialization",
    "stats --by kind --sort transactions",
    "stats acmeCo/ Zürich/ --by tenant WINDOW",
    "stats --by binding --sort bytes --top 5",
    "stats acmeCo/ --by binding WINDOW",
    "stats --top 2",
    "stats --grain daily --names all",
    "stats --grain all --names collections",
    "stats acmeCo/ --grain hourly",
    "stats --grain all WINDOW",
    "stats --grain daily --names prefixes --sort docs --top 2",
    "stats --grain hourly --kind capture --top 1 WINDOW",
    "stats acmeCo/ */my/* --grain daily --rollup --sort usage",
    "stats Z* --by tenant --grain daily",
    "stats --by kind --grain monthly --sort warnings",
    "stats --usage",
    "stats acmeCo/ --usage --rollup --rate-gb 0.5 --grain daily",
    "stats --plot --grain hourly",
    "stats acmeCo/ --plot --names collections",
    "stats acmeCo/ --plot --rollup --grain monthly",
    "lag",
    "lag acmeCo/ --by task WINDOW",
    "lag --kind materialization --top 3",
]


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data of two days and of several tenants."""
    folder = tmp_path_factory.mktemp("days")
    write(folder, DemoPlan(tasks=12, days=2, rate=5, stats_every_s=3600))
    return folder


@pytest.mark.parametrize("command", PRINTED)
def test_a_printed_statement_gives_the_same_rows(days: Path, command: str) -> None:
    words = command.replace("WINDOW", " ".join(WINDOW)).split()
    now = ("--now", "2026-10-08T00:00:00.5Z")
    answer = cells(run_ops(*words, *now, "-d", str(days), "-q", "-o", "csv"))
    printed = run_ops(*words, *now, "-d", str(days), "--print-sql")
    again = cells(run_ops("sql", printed.stdout.decode(), "-d", str(days), "-o", "csv"))
    assert answer[:1] == again[:1]
    assert len(answer) > 1
    if words[0] == "logs" and "-C" not in words:  # logs of one time may come in another order
        answer.sort()
        again.sort()
    assert answer == again


def cells(done: Completed) -> list[list[str]]:
    """Read CSV; a number that is a fraction in one place only is the same number."""
    assert done.exit_code in (0, 3), done.stderr
    rows = csv.reader(done.stdout.decode().splitlines())
    return [[str(float(cell)) if is_number(cell) else cell for cell in row] for row in rows]


def is_number(cell: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?(e[-+]\d+)?", cell) is not None


def test_show_tables_shows_the_views(data: Path) -> None:
    rows = ask(data, "show tables;", "--json").stdout.splitlines()
    assert [json.loads(row)["name"] for row in rows] == sorted(VIEWS)


def test_a_pivot_that_names_its_values_is_one_select(data: Path) -> None:
    hint = ask(data, "PIVOT logs ON level USING count(*)").stderr.rpartition("hint: ")[2]
    example = re.search(r"FROM \(.*\)", hint)
    assert example is not None
    assert ask(data, example[0]).exit_code == 0


@pytest.mark.parametrize("options", [("--names", "all", "--kind", "capture"), ("--sort", "newest")])
def test_what_no_view_holds_is_not_printed(days: Path, options: tuple[str, ...]) -> None:
    done = run_ops("stats", "--grain", "daily", *options, "-d", str(days), "--print-sql")
    assert (done.exit_code, done.stdout) == (2, b"")
    assert "catalog_stats knows" in done.stderr


def test_ctrl_c_ends_a_runaway_query_at_once(data: Path) -> None:
    statement = "SELECT count(*) FROM range(1000000000000) AS r(x) WHERE x % 7 = 3"
    process = subprocess.Popen(
        [sys.executable, "-m", "flowctl_ops", "sql", statement, "-d", str(data)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    time.sleep(2)
    process.send_signal(signal.SIGINT)
    _, narration = process.communicate(timeout=20)
    assert process.returncode == 130
    assert b"Traceback" not in narration


def test_head_ends_an_answer_quietly(data: Path) -> None:
    command = (
        f"{sys.executable} -m flowctl_ops sql 'SELECT * FROM range(10000000)' -o csv -d {data}"
    )
    done = subprocess.run(
        ["bash", "-c", f"{command} | head -1; echo ${{PIPESTATUS[0]}}"],
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stdout.splitlines() == ["range", "0"]
    assert done.stderr == ""


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    done = run_ops_process("sql", "SELECT 1", "-d", str(tmp_path))
    assert done.exit_code == 3
    assert "nothing to read" in done.stderr
