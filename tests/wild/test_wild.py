"""Files as they are met in the wild, made small and anonymous: a folder a kind."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli import Completed, run_ops

WILD = Path(__file__).parent
CATALOG = WILD / "F01-source-estuary-catalog-stats"
TYPES = WILD / "F02-parquet-variant-struct-map"
NAMES = WILD / "F05-warehouse-column-names"
ROWS = WILD / "F06-catalog-stats-rows"
TIMES = WILD / "F08-nanoseconds-round-up"
EMPTY = WILD / "F10-empty-members-decide-kind"
GZIP = WILD / "F13-gzip-header-flags"
FOREIGN = WILD / "F14-foreign-parquet-taken-for-logs"
AGGREGATE = WILD / "F16-aggregate-beside-raw"
RAW = WILD / "F18-raw-connector-line"
SHAPES = WILD / "F19-array-pretty-prefix-bom"


def documents(done: Completed) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def cells(done: Completed) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(done.stdout.decode(), newline="")))


def asked(*args: str | Path) -> Completed:
    return run_ops(*map(str, args))


def summary(path: Path, *names: str) -> dict[str, Any]:
    done = asked("stats", *names, "-d", path, "--json")
    assert done.exit_code == 0, done.stderr
    [document] = documents(done)
    assert document["catalogName"] == "birchCo/cap"
    return dict(document["statsSummary"])


WRITTEN = {"docsTotal": 12, "bytesTotal": 144}


# --- F01: catalog stats in the newer spelling, rows of one key replacing each other ---------------


@pytest.mark.parametrize(
    "name",
    [
        "catalog_stats.jsonl",
        "lower_ts_map.jsonl",
    ],
)
def test_catalog_stats_in_either_spelling_are_the_same(name: str) -> None:
    done = asked("stats", "-d", CATALOG / name, "--grain", "daily", "--json")
    assert done.exit_code == 0
    found = {document["catalogName"]: document["statsSummary"] for document in documents(done)}
    assert not any(name.endswith("/") for name in found)
    assert found["birchCo/cap"]["writtenByMe"] == {"docsTotal": 40, "bytesTotal": 4000}
    assert found["birchCo/cap"]["txnCount"] == 5


# --- F02: nested types of Parquet -----------------------------------------------------------------


@pytest.mark.parametrize("name", ["variant", "mixed", "struct", "map"])
def test_stats_are_counted_from_nested_types(name: str) -> None:
    found = summary(TYPES / name)
    assert found["writtenByMe"] == WRITTEN
    assert found.get("usageSeconds") == (None if name == "map" else 360)


def test_nested_logs_keep_their_fields_and_their_task() -> None:
    done = asked("logs", "birchCo/cap", "-d", TYPES / "duckdb_copy_of_logs.parquet", "--json")
    assert [document["fields"]["n"] for document in documents(done)] == [0, 1, 2, 3]
    assert done.exit_code == 0


@pytest.mark.parametrize("name", ["a.parquet", "b.parquet", "c.parquet"])
def test_a_file_is_read_by_its_own_types_whatever_lies_beside_it(name: str) -> None:
    folder = TYPES / "struct_alone_vs_mixed"
    [alone] = documents(asked("logs", "-d", folder / name, "--json"))
    together = documents(asked("logs", "-d", folder, "--json"))
    assert alone in together
    assert alone["fields"]
    assert len(together) == 3


# --- F05, F06: names of warehouses, rows without flow_document ------------------------------------


@pytest.mark.parametrize("name", ["snowflake_logs", "bigquery_logs"])
def test_logs_are_known_by_the_names_that_warehouses_give(name: str) -> None:
    done = asked("logs", "birchCo/cap", "-d", NAMES / name, "--json")
    assert len(documents(done)) == 4
    assert (done.exit_code, done.stderr) == (0, "")


def test_stats_are_known_by_the_names_that_warehouses_give() -> None:
    assert summary(NAMES / "bigquery_stats", "birchCo/cap")["writtenByMe"] == WRITTEN


@pytest.mark.parametrize(
    "path",
    [
        ROWS / "catalog_csv",
        ROWS / "postgrest/rows.jsonl",
        ROWS / "postgrest/rows.json",
    ],
    ids=["csv", "jsonl", "json"],
)
def test_rows_of_catalog_stats_count(path: Path) -> None:
    found = summary(path, "birchCo/cap")
    assert found["writtenByMe"] == {"docsTotal": 36, "bytesTotal": 432}
    assert found["txnCount"] == 6


# --- F08: nanoseconds -----------------------------------------------------------------------------


def test_nanoseconds_leave_as_they_came() -> None:
    rows = cells(asked("logs", "-d", TIMES / "n.jsonl", "-o", "csv"))
    assert [row["ts"] for row in rows] == [
        "2026-03-29T00:59:59.999999400Z",
        "2026-03-29T00:59:59.999999999Z",
        "2026-12-31T23:59:59.999999600Z",
    ]


def test_the_newest_of_a_lag_is_not_rounded_up() -> None:
    done = asked("lag", "-d", TIMES / "lag.jsonl", "--json", "--now", "2027-01-01T00:00:00Z")
    assert "2027" not in done.stdout.decode()


# --- F10: empty members ---------------------------------------------------------------------------


def test_empty_members_decide_nothing() -> None:
    path = EMPTY / "rust_catalog_mat.jsonl"
    [row] = documents(asked("lag", "-d", path, "--now", "2026-09-01T00:00:00Z", "--json"))
    assert (row["collection"], row["bytes_behind"]) == ("oak/c", 5)
    [binding] = cells(asked("stats", "-d", path, "--by", "binding", "-o", "csv"))
    assert binding["kind"] == "materialization"


# --- F13: gzip as the format allows it ------------------------------------------------------------


@pytest.mark.parametrize("name", ["fcomment", "fhcrc", "ftext", "zeropad"])
def test_gzip_is_read_whatever_its_header_says(name: str) -> None:
    done = asked("logs", "-d", GZIP / f"{name}.jsonl.gz", "--json")
    assert len(documents(done)) == 4
    assert (done.exit_code, done.stderr) == (0, "")


# --- F14: other collections' files ----------------------------------------------------------------


def test_other_collections_files_are_no_logs() -> None:
    [log] = documents(asked("logs", "-d", FOREIGN / "bucket", "--json"))
    assert log["message"] == "real log"
    done = asked("stats", "-d", FOREIGN / "bucket", "--json")
    assert [document["catalogName"] for document in documents(done)] == ["birchCo/cap"]


@pytest.mark.parametrize("columns", ["game/players", "game/screens", "slack/messages"])
@pytest.mark.parametrize("question", ["logs", "stats"])
def test_a_foreign_file_is_named_as_what_it_is(question: str, columns: str, tmp_path: Path) -> None:
    [found] = (FOREIGN / "bucket/birchCo" / columns).rglob("*.parquet")
    (tmp_path / "x.parquet").write_bytes(found.read_bytes())
    done = asked(question, "-d", tmp_path, "--json")
    assert "its columns are " in done.stderr
    assert "PAR1" not in done.stderr
    assert (done.stdout, done.exit_code) == (b"", 3)


# --- F16: one UUID, two contents ------------------------------------------------------------------


def test_one_uuid_with_two_contents_is_noted() -> None:
    paths = ("-d", AGGREGATE / "agg.jsonl", "-d", AGGREGATE / "raw.jsonl")
    done = asked("stats", *paths, "--grain", "hourly", "--json")
    counts = {document["statsSummary"]["writtenByMe"]["docsTotal"] for document in documents(done)}
    assert counts == {4} or "content" in done.stderr


# --- F18, F19: lines and documents of other shapes ------------------------------------------------


@pytest.mark.parametrize(
    ("name", "message"), [("connector", "conn"), ("logrus", "logrus"), ("zap", "zap")]
)
def test_raw_connector_lines_are_shown_with_their_message_or_named(name: str, message: str) -> None:
    done = asked("logs", "-d", RAW / f"{name}.jsonl")
    shown = all(f"{message} {n}" in done.stdout.decode() for n in range(3))
    assert shown or (done.stdout == b"" and name in done.stderr and done.exit_code == 3)


@pytest.mark.parametrize(
    "name",
    [
        "array_one_line",
        "array_per_line",
        "array_pretty",
        "pretty_docs",
        "bom_mid",
        "compose.log",
        "kubectl_prefix.log",
        "kubectl_ts.log",
    ],
)
def test_documents_in_other_shapes_are_read(name: str) -> None:
    done = asked("logs", "-d", SHAPES / name, "--json")
    assert [document["message"] for document in documents(done)] == ["m0", "m1", "m2", "m3"]
    assert (done.exit_code, done.stderr) == (0, "")
