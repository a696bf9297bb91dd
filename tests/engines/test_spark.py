"""The views and the printed statements on Spark, with two workers on this machine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flowctl_ops.demo import DemoPlan, write
from flowctl_ops.queries.schema import VIEWS
from tests.cli import run_ops
from tests.documents import failed, log, read, save, shard, up, wrote
from tests.engines.scripts import FOLDER, load
from tests.test_sql import PRINTED, WINDOW

pyspark = pytest.importorskip("pyspark", reason="needs pip install 'flowctl-ops[spark]'")
if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
    pytest.skip("Spark needs Java: apt install default-jre-headless", allow_module_level=True)

pytestmark = pytest.mark.filterwarnings("ignore")  # Spark's own

DECLARED = [view for view in VIEWS if view not in {"files", "left_out"}]  # not materialized
MOST = 2**64 - 1


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """Two executors, each a process of its own."""
    builder = pyspark.sql.SparkSession.builder.master("local-cluster[2,1,1024]")
    for name, value in {
        "ui.enabled": "false",
        "sql.shuffle.partitions": "2",
        "sql.codegen.wholeStage": "false",
    }.items():
        builder = builder.config(f"spark.{name}", value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


@pytest.fixture(scope="session")
def on_spark() -> Any:
    return load("on_spark")


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data of two days and of several tenants, materialized."""
    folder = tmp_path_factory.mktemp("days")
    write(folder / "files", DemoPlan(tasks=12, days=2, rate=5, stats_every_s=3600))
    return materialized(folder)


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Times of nanoseconds, with offsets, and of any year; counts of 64 bits; hostile texts."""
    folder = tmp_path_factory.mktemp("odd")
    (folder / "files").mkdir()
    late = {"docsTotal": 1, "bytesTotal": MOST}
    pair = {"docsTotal": 3, "bytesTotal": 40}
    transform = {"source": "acmeCo/it", "input": pair, "bytesBehind": 7}
    said = {"lastSourcePublishedAt": "2026-10-12T01:02:03.123456789Z"}
    derive = {"transforms": {"t": transform | said}, "out": pair, "published": pair}
    at = {"shard": shard("acmeCo/d", "derivation"), "ts": "2026-10-12T10:00:00.000000001Z"}
    documents = [
        log(5) | {"ts": "2026-10-12T11:59:59.123456789Z"},
        log(5) | {"ts": "2026-10-12T13:59:59.1234567+02:00"},
        log(5) | {"ts": "1969-12-31T23:59:59.999999999Z"},
        log(5) | {"ts": "1500-01-01T00:00:00Z"},
        log(5) | {"ts": "9999-12-31T23:59:59Z", "level": "warn"},
        log(5) | {"ts": "nonsense"},
        log(4, "error", 'say "\\it\\" \n\u0001 ü 🦀', error={"deep": [1, 2]}, big=10**25),
        failed(3, "it's; DROP TABLE logs --"),
        log(2, "warn", task="no slash"),
        wrote(6, 10),
        wrote(7, 20) | {"capture": {"acmeCo/it": {"out": late}}},
        wrote(8, 20) | {"capture": {"acmeCo/it": {"out": late, "right": pair}}},
        read(5, 7) | {"materialize": {"acmeCo/it": {"right": pair, "left": pair} | said}},
        at | {"derive": derive, "txnCount": 2, "openSecondsTotal": 0.25},
        up(4),
        up(4) | {"interval": {"uptimeSeconds": 0.5, "usageRate": 1}},
    ]
    save(folder / "files" / "all.json", documents)
    return materialized(folder)


def materialized(folder: Path) -> Path:
    done = run_ops("materialize", str(folder / "dest"), "-d", str(folder / "files"))
    assert done.exit_code == 0, done.stderr
    return folder / "dest"


def of_ops(statement: str, data: Path) -> list[Any]:
    done = run_ops("sql", statement, "-o", "json", "-q", "-d", str(data))
    assert done.exit_code == 0, done.stderr
    return [alike(json.loads(line)) for line in done.stdout.splitlines()]


def of_spark(session: Any, statement: str) -> list[Any]:
    return [alike(json.loads(row)) for row in session.sql(statement).toJSON().collect()]


def alike(value: Any) -> Any:
    """Leave out what is null, as Spark does, and read JSON, which is text in Spark.

    What no double can hold is infinite there.
    """
    if isinstance(value, str) and value[:1] in {"{", "["}:
        value = json.loads(value)
    if isinstance(value, dict):
        return {name: alike(each) for name, each in value.items() if each is not None}
    if isinstance(value, list):
        return [alike(each) for each in value]
    if value == float("inf"):
        return "Infinity"
    return value


@pytest.fixture(scope="module")
def of_days(spark: Any, on_spark: Any, days: Path) -> Any:
    """The session with the views over those days; what is dear is kept."""
    on_spark.declare(spark, str(days))
    spark.sql("CACHE TABLE exact_catalog_stats")
    spark.sql("CACHE TABLE names")
    return spark


@pytest.mark.parametrize("command", [*PRINTED, "stats -o json", "logs -l warn -o json"])
def test_a_printed_statement_gives_the_same_rows(
    of_days: Any, on_spark: Any, days: Path, command: str
) -> None:
    words = command.replace("WINDOW", " ".join(WINDOW)).split()
    now = ("--now", "2026-10-08T00:00:00.5Z")
    printed = run_ops(*words, *now, "-d", str(days), "--print-sql").stdout.decode()
    expected = of_ops(printed, days)
    assert expected
    assert of_spark(of_days, on_spark.carried(printed)) == expected


def columns(view: str) -> str:
    """Name what both have of a view; times in nanoseconds."""
    shown = []
    for name, kind, _ in VIEWS[view]:
        if kind == "TIMESTAMP_NS":
            shown.append(f"CASE WHEN isfinite({name}) THEN epoch_ns({name}) END AS {name}")
        elif name not in {"position", "task_stats"}:
            shown.append(name)
    return ", ".join(shown)


@pytest.mark.parametrize("view", DECLARED)
def test_a_view_holds_the_same_rows(spark: Any, on_spark: Any, odd: Path, view: str) -> None:
    on_spark.declare(spark, str(odd))
    statement = f"SELECT {columns(view)} FROM {view}"
    expected = of_ops(statement, odd)
    assert expected
    found = of_spark(spark, on_spark.carried(statement))
    assert sorted(found, key=str) == sorted(expected, key=str)


def test_rows_of_one_time_come_in_journal_order(spark: Any, on_spark: Any, odd: Path) -> None:
    on_spark.declare(spark, str(odd))
    statement = "SELECT doc FROM logs ORDER BY position"
    assert of_spark(spark, on_spark.carried(statement)) == of_ops(statement, odd)


def test_a_public_time_is_one_of_spark(spark: Any, on_spark: Any, odd: Path) -> None:
    on_spark.declare(spark, str(odd))
    rows = spark.sql(
        "SELECT CAST(ts AS STRING) AS ts FROM logs"
        " WHERE ts > TIMESTAMP_NTZ'2026-10-12 11:59:59' OR ns < 0 ORDER BY ns"
    ).collect()
    assert [row.ts for row in rows] == [
        None,
        "1969-12-31 23:59:59.999999",
        "2026-10-12 11:59:59.1234567"[:-1],
        "2026-10-12 11:59:59.123456",
    ]


@pytest.mark.parametrize(
    "text",
    ["it''s; DROP TABLE logs --", "\\d \\\\ \\n \\u0041 %_ $x {y}", "two\nlines\t", "ü 🦀 '' \""],
)
def test_texts_are_carried_as_they_are(spark: Any, on_spark: Any, days: Path, text: str) -> None:
    statement = f"SELECT '{text}' AS text, regexp_matches('a.b axb', '^a\\.b a.b$') AS found"
    assert of_spark(spark, on_spark.carried(statement)) == of_ops(statement, days)


def test_the_manifest_says_which_files_there_are(
    spark: Any, on_spark: Any, odd: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "a copy [1] {a,b}*? ü%20"
    shutil.copytree(odd, copy)
    part = next(copy.glob("logs/*/*.parquet"))
    shutil.copy(part, part.with_name("stray.parquet"))
    on_spark.declare(spark, str(copy))
    assert len(of_spark(spark, "SELECT doc FROM logs")) == len(of_ops("SELECT doc FROM logs", odd))


def test_the_script_answers_what_is_piped_into_it(days: Path) -> None:
    printed = run_ops("lag", "--now", "last", "-d", str(days), "--print-sql").stdout
    command = [sys.executable, str(FOLDER / "on_spark.py"), str(days)]
    done = subprocess.run(command, input=printed, capture_output=True, check=True)
    found = [alike(json.loads(line)) for line in done.stdout.splitlines()]
    assert found == of_ops(printed.decode(), days)


@pytest.mark.parametrize("command", ["stats --grain daily -o json"])
def test_what_cannot_be_carried_says_so(days: Path, on_spark: Any, command: str) -> None:
    printed = run_ops(*command.split(), "-d", str(days), "--print-sql").stdout.decode()
    with pytest.raises(load("carry").NotCarried, match="task_stats"):
        on_spark.carried(printed)


def test_a_folder_without_a_manifest_is_none(spark: Any, on_spark: Any, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="_manifest"):
        on_spark.declare(spark, str(tmp_path))
