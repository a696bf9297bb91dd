"""`ops status`: a verdict on every task, and what it rests on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flowctl_ops.demo import DemoPlan, write
from tests.cli import Completed, run_ops, run_ops_process
from tests.documents import (
    DAY,
    HOUR,
    NOW_TEXT,
    TASK,
    Document,
    before,
    failed,
    log,
    read,
    save,
    up,
    wrote,
)

OTHER: Any = {"key": "80000000"}  # a second shard
NEW: Any = {"build": "b2"}
OLD = [wrote(30 * HOUR), log(30 * HOUR)]  # so that it is older than the window
WELL = [*OLD, up(10), wrote(5), log(10)]
ERROR = "error"


def ask(folder: Path, documents: list[Document], *options: str) -> Completed:
    path = save(folder / "documents.jsonl", documents)
    return run_ops("status", *options, "-d", str(path), "--now", NOW_TEXT)


def rows(done: Completed) -> dict[str, dict[str, Any]]:
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return {row["task"]: row for row in found}


STATES: dict[str, tuple[str, list[Document]]] = {
    "all is well": ("healthy", WELL),
    "warnings alone": ("healthy", [*WELL, log(20, "warn", "slow")]),
    "an error before the window": ("healthy", [*WELL, log(25 * HOUR, ERROR, "no")]),
    "a failure before the window": ("healthy", [*WELL, failed(25 * HOUR)]),
    "an error": ("degraded", [*WELL, log(20, ERROR, "no")]),
    "an error just in the window": ("degraded", [*WELL, log(DAY, ERROR, "no")]),
    "an error, and no transaction since": ("degraded", [*WELL, log(1, ERROR, "no")]),
    "a failure, and a transaction after it": ("degraded", [*WELL, failed(6)]),
    "a failure, and no transaction after it": ("failing", [*WELL, failed(4)]),
    "a failure that is the only one of all": ("failing", [log(30 * HOUR), failed(23 * HOUR)]),
    "a transaction that was open while it failed": ("degraded", [*WELL, failed(4.99)]),
    "a transaction that was committed before it failed": ("failing", [*WELL, failed(4.98)]),
    "three in eight hours, the last not two hours ago": (
        "failing",
        [*WELL, failed(9 * HOUR), failed(5 * HOUR), failed(119)],
    ),
    "three in more than eight hours": (
        "degraded",
        [*WELL, failed(9 * HOUR + 60), failed(5 * HOUR), failed(119)],
    ),
    "three in eight hours, the last two hours ago": (
        "degraded",
        [*WELL, failed(9 * HOUR), failed(5 * HOUR), failed(120)],
    ),
    "two in eight hours": ("degraded", [*WELL, failed(5 * HOUR), failed(119)]),
    "three across an hour that is no clock's": (
        "failing",
        [*WELL, failed(130), failed(125), failed(119)],
    ),
    "three of several shards": (
        "failing",
        [*WELL, wrote(5, **OTHER), failed(70), failed(65, **OTHER), failed(60)],
    ),
    "three, but not of the newest build": (
        "degraded",
        [*OLD, failed(70), failed(65), failed(60), up(10, **NEW), wrote(5, **NEW), log(9, **NEW)],
    ),
    "the other shard committed, this one failed": (
        "failing",
        [*WELL, wrote(1, **OTHER), up(1, **OTHER), failed(4)],
    ),
    "a shard that the newest build does not have": (
        "degraded",
        [*OLD, failed(60, **OTHER), up(9, **NEW), wrote(5, **NEW), log(9, **NEW)],
    ),
    "up, and nothing moved": ("stalled", [*OLD, up(10), log(10)]),
    "up, and transactions of nothing": ("stalled", [*OLD, up(10), log(10), wrote(5, 0)]),
    "up, and something moved just in the window": ("healthy", [*OLD, up(10), log(10), wrote(DAY)]),
    "up, and something moved just before it": (
        "stalled",
        [*OLD, up(10), log(10), wrote(DAY + 0.001)],
    ),
    "up, and new": ("healthy", [up(23 * HOUR), up(10), log(10)]),
    "up, nothing moved, an error": ("stalled", [*OLD, up(10), log(9, ERROR, "no")]),
    "nothing in the window": ("silent", OLD),
    "a log in the window": ("unknown", [*OLD, log(10)]),
    "no stats": ("unknown", [log(30 * HOUR), log(10)]),
    "no stats, and an error": ("unknown", [log(10), log(9, ERROR, "no")]),
    "no stats, and a failure": ("failing", [log(10), failed(9)]),
    "no logs": ("unknown", [wrote(30 * HOUR), up(10), wrote(5)]),
    "no logs, and stalled": ("stalled", [wrote(30 * HOUR), up(10)]),
}


@pytest.mark.parametrize(("state", "documents"), STATES.values(), ids=list(STATES))
def test_a_state_is_made_by_these_documents(
    tmp_path: Path, state: str, documents: list[Document]
) -> None:
    found = rows(ask(tmp_path, documents, "--json"))[TASK]
    assert found["state"] == state, found
    assert (found["reason"] is None) == (state == "healthy")


def test_a_window_rolls_with_now_and_not_with_the_clock(tmp_path: Path) -> None:
    documents = [*OLD, up(10), log(10), wrote(65)]
    assert rows(ask(tmp_path, documents, "--json", "--since", "1h"))[TASK]["state"] == "stalled"
    assert rows(ask(tmp_path, documents, "--json", "--since", "66m"))[TASK]["state"] == "healthy"


REASONS: dict[str, tuple[str, list[Document]]] = {
    "a failure's own cause": (
        "permission denied for table x; at 11:56, nothing committed since",
        [*WELL, failed(4, "runTransactions: connector failed: permission denied for table x")],
    ),
    "a generic failure, and what the connector said": (
        "disk full: no space left on device; 2x since 11:56",
        [
            *WELL,
            log(4.01, ERROR, "disk full", error="no space left on device"),
            failed(4, "connector failed: exit status 1"),
            log(3.01, ERROR, "disk full", error="no space left on device"),
            failed(3, "connector failed: exit status 1"),
        ],
    ),
    "a generic failure, and nobody said why": (
        "connector failed: exit status 1; at 11:56, nothing committed since",
        [*WELL, failed(4, "connector failed: exit status 1")],
    ),
    "a day ago": (
        "it broke for a reason; at 10-11 13:00, nothing committed since; no stats in the data",
        [log(30 * HOUR), failed(23 * HOUR)],
    ),
    "one shard of two": (
        "it broke for a reason; at 11:56, nothing committed since; 1 of 2 shards",
        [*WELL, wrote(1, **OTHER), failed(4)],
    ),
    "a stack trace in an error": (
        "KeyError: 'id'; the last at 11:40; moving since",
        [
            *WELL,
            log(20, ERROR, "Traceback (most recent call last):\n  File x\n    y\nKeyError: 'id'"),
        ],
    ),
    "nothing written for longer than is looked at": (
        "nothing written since 10-10 12:00 at least",
        [wrote(60 * HOUR), up(30 * HOUR), log(30 * HOUR), up(10), log(10)],
    ),
    "nothing for years": (
        "no document since 2025-08-18 12:00, no uptime",
        [wrote(420 * DAY), log(420 * DAY)],
    ),
    "nothing written": ("nothing written since 10-11 06:00", [*OLD, up(10), log(10)]),
}


@pytest.mark.parametrize(("reason", "documents"), REASONS.values(), ids=list(REASONS))
def test_a_reason_is_in_words(tmp_path: Path, reason: str, documents: list[Document]) -> None:
    assert rows(ask(tmp_path, documents, "--json"))[TASK]["reason"] == reason


def test_a_stalled_reader_says_what_its_sources_moved(tmp_path: Path) -> None:
    sink = {"task": "acmeCo/sink", "kind": "materialization"}
    documents = [*WELL, wrote(20, 2_000_000), read(30 * HOUR), up(9, **sink), log(9, **sink)]
    reason = rows(ask(tmp_path, documents, "--json"))["acmeCo/sink"]["reason"]
    assert reason == "nothing read since 10-11 06:00; acmeCo/source wrote 2.00 MB meanwhile"


def test_the_worst_task_comes_first_and_is_the_next_to_look_at(tmp_path: Path) -> None:
    documents = [*WELL, failed(4, task="b/b c"), log(5, "error", "no", task="a/a")]
    lines = ask(tmp_path, documents).stdout.decode().splitlines()
    assert lines[0] == "3 tasks, 24h to 2026-10-12 12:00Z: 1 failing, 1 unknown, 1 healthy"
    assert [line.split()[0] for line in lines[2:] if line[0] != " "][:3] == [
        "FAILING",
        "unknown",
        "healthy",
    ]
    assert lines[-1] == "next: ops explain 'b/b c'"


def test_the_newest_status_of_the_newest_build_is_shown(tmp_path: Path) -> None:
    said = {"eventType": "connectorStatus"}
    documents = [
        *OLD,
        log(60, message="of an older build", **said),
        wrote(50, **NEW),
        log(40, message="backfilling", **said, **NEW),
        log(20, message="streaming", **said, **NEW),
    ]
    assert rows(ask(tmp_path, documents, "--json"))[TASK]["connector_status"] == "streaming"


def test_only_tasks_that_are_asked_for_are_judged(tmp_path: Path) -> None:
    documents = [*WELL, log(5, task="b/b"), *(read(minutes) for minutes in (5, 1500))]
    assert list(rows(ask(tmp_path, documents, "b/*", "--json"))) == ["b/b"]
    kind = ("--kind", "materialization")
    assert list(rows(ask(tmp_path, documents, *kind, "--json"))) == ["acmeCo/sink"]
    unknown = ask(tmp_path, documents, "b/c")
    assert (unknown.exit_code, unknown.stdout) == (2, b"")
    assert "b/b" in unknown.stderr


def test_a_window_without_time_is_refused(tmp_path: Path) -> None:
    done = ask(tmp_path, WELL, "--since", "2026-10-12T12:00:00Z")
    assert done.exit_code == 2
    assert "the window is empty" in done.stderr


def test_data_that_ended_long_ago_says_how_to_ask(tmp_path: Path) -> None:
    path = save(tmp_path / "documents.jsonl", WELL)
    done = run_ops("status", "-d", str(path), "--now", "2026-11-01")
    assert b"no document since 10-12 11:55, no uptime" in done.stdout
    assert "--now last" in done.stderr
    assert b"healthy" in run_ops("status", "-d", str(path), "--now", "last").stdout


def rolled_up(minutes: float, size: int, *, detailed: bool) -> Document:
    """Make an hour of Flow's own roll-up, with what its task did or the sums alone."""
    counts = {"docsTotal": 1, "bytesTotal": size} if size else {}
    did = {"capture": {"acmeCo/it": {"out": counts}}}
    return {
        "catalogName": TASK,
        "grain": "hourly",
        **({"ts": before(minutes)} if detailed else {"timestamp": before(minutes)}),
        "statsSummary": {"writtenByMe": counts, "usageSeconds": 3600},
        **({"taskStats": did} if detailed else {}),
    }


EXPORTS: dict[str, tuple[str, str, list[tuple[float, int]]]] = {
    "an hour in the window": (
        "unknown",
        "no logs in the data: whether it fails is not known",
        [(3 * DAY, 10), (HOUR, 10)],
    ),
    "uptime alone in the window": (
        "unknown",
        "no logs in the data: whether it fails is not known",
        [(3 * DAY, 10), (HOUR, 0)],
    ),
    "none in the window": (
        "silent",
        "nothing moved since 10-09 12:00; no logs in the data",
        [(9 * DAY, 10), (3 * DAY, 10)],
    ),
}


@pytest.mark.parametrize("detailed", [True, False])
@pytest.mark.parametrize(("state", "reason", "hours"), EXPORTS.values(), ids=list(EXPORTS))
def test_a_task_that_only_an_export_of_the_roll_up_knows_is_judged(
    tmp_path: Path, state: str, reason: str, hours: list[tuple[float, int]], *, detailed: bool
) -> None:
    documents = [rolled_up(*hour, detailed=detailed) for hour in hours]
    [row] = rows(ask(tmp_path, documents, "--json")).values()
    assert (row["state"], row["reason"]) == (state, reason)
    assert (row["age_seconds"] is None) == (hours[-1][1] == 0)
    assert row["bytes_moved"] == sum(size for minutes, size in hours if minutes <= DAY)
    assert rows(ask(tmp_path, documents, TASK, "--json"))[TASK]["reason"] == reason


@pytest.mark.parametrize("documents", [[wrote(9 * DAY), log(8 * DAY)], [log(8 * DAY)]])
@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_a_task_of_which_there_was_nothing_for_long_says_since_when(
    tmp_path: Path, documents: list[Document], form: str
) -> None:
    lines = save(tmp_path / "documents.jsonl", documents)
    path = lines.with_suffix(f".{form}")
    if form == "parquet":
        duckdb.execute(f"""
            COPY (SELECT
              json ->> '$.shard.name' AS "shard/name",
              json ->> '$.shard.kind' AS "shard/kind",
              (json ->> '$.ts')::TIMESTAMPTZ AS ts,
              json AS flow_document
            FROM read_ndjson_objects('{lines}')) TO '{path}' (FORMAT parquet)
        """)
    done = run_ops("status", "-d", str(path), "--now", NOW_TEXT, "--json")
    [row] = rows(done).values()
    said = (row["state"], row["reason"], row["age_seconds"])
    age = 9 * DAY * 60 if len(documents) > 1 else None
    assert said == ("silent", "no document since 10-04 12:00, no uptime", age)


def test_a_task_of_journals_that_fell_silent_says_since_when(demo: Path) -> None:
    found = rows(run_ops("status", "-d", str(demo), "--now", "2026-12-24", "--json"))
    assert len(found) == 9
    assert {row["state"] for row in found.values()} == {"silent"}
    assert all("no document since 10-11 23:" in row["reason"] for row in found.values())
    [first, *_] = (row for row in found.values() if row["task"] == "acmeCo/my/capture")
    assert first["last_data_at"].startswith("2026-10-11T23:")


def test_nothing_of_a_document_obeys(tmp_path: Path) -> None:
    hostile = "\x1b[31mred\x1b[0m \x07\u202e" + "x" * 100_000
    documents = [*WELL, failed(4, "it broke: " + hostile, task="a\x1bb/\x9b2J")]
    done = ask(tmp_path, documents)
    assert b"\x1b" not in done.stdout
    assert "\u202e" not in done.stdout.decode()
    assert len(done.stdout) < 3_000


def test_one_task_is_told_in_detail(tmp_path: Path) -> None:
    documents = [
        *WELL,
        wrote(4, 2_000, to="acmeCo/large"),
        wrote(3, 5, **OTHER),
        log(9, message="initialized catalog task term", **OTHER),
        *(log(8 - n, "warn", f"warning {n}") for n in range(7)),
    ]
    [found] = rows(ask(tmp_path, documents, TASK, "--json")).values()
    assert [(item["collection"], item["bytes"]) for item in found["bindings"]] == [
        ("acmeCo/large", 2000),
        ("acmeCo/it", 15),
    ]
    assert [(item["shard"], item["restarts"]) for item in found["shards"]] == [
        ("00000000-00000000", 0),
        ("80000000-00000000", 1),
    ]
    assert [item["text"] for item in found["lines"]] == [f"warning {n}" for n in range(2, 7)]
    text = ask(tmp_path, documents, TASK).stdout.decode()
    assert "\nBINDINGS\n  acmeCo/large " in text
    assert "\nSHARDS\n  00000000-00000000  0 restarts, up 3m 0s, last transaction" in text
    assert text.rstrip().endswith("warn  warning 6")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    write(folder, DemoPlan(rate=5))
    return folder


def test_the_printed_statement_gives_the_same_rows(demo: Path) -> None:
    asked = ("status", "-d", str(demo), "--now", "last")
    printed = run_ops(*asked, "--print-sql").stdout.decode()
    again = run_ops("sql", printed, "-d", str(demo), "-o", "csv").stdout.decode().splitlines()
    columns = [line.split(",")[:2] for line in again]
    found = rows(run_ops(*asked, "--json"))
    assert columns == [["state", "task"], *([row["state"], task] for task, row in found.items())]


def test_the_demo_has_a_task_that_fails_and_one_that_stalls(demo: Path) -> None:
    found = rows(run_ops("status", "-d", str(demo), "--now", "last", "--json"))
    states = [row["state"] for row in found.values()]
    assert states[:2] == ["failing", "stalled"]
    assert "invalid_grant" in next(iter(found.values()))["reason"]
    assert states.count("healthy") > 3


@pytest.mark.parametrize(("first", "state"), [(9.5, "failing"), (9.95, "healthy")])
def test_a_short_window_does_not_cut_the_hours_in_which_failures_count(
    tmp_path: Path, first: float, state: str
) -> None:
    failures = [failed(first * HOUR), failed(5 * HOUR), failed(1.9 * HOUR)]
    found = rows(ask(tmp_path, [*WELL, *failures, wrote(30)], "--json", "--since", "1h"))[TASK]
    assert found["state"] == state, found


def test_few_logs_tell_the_same_as_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, DemoPlan(days=2, rate=5, exports=False))
    for stats in tmp_path.rglob("stats/*/kind=capture/name=acmeCo*/**/*.gz"):
        stats.unlink()  # so that its logs alone tell of one task
    asked = ("status", "-d", str(tmp_path), "--now", "last", "--json")
    few = run_ops(*asked)
    monkeypatch.setattr("flowctl_ops.relations.Source.names_all_tasks", False)
    assert few.stdout == run_ops(*asked).stdout
    assert b'"unknown"' in few.stdout


def test_bare_ops_tells_the_state_where_there_is_data(demo: Path, tmp_path: Path) -> None:
    env = {"OPS_DATA": str(demo), "OPS_NOW": "last"}
    assert run_ops(env=env).stdout == run_ops("status", env=env).stdout
    nothing = run_ops(env={"OPS_DATA": str(tmp_path)})
    assert nothing.stdout.startswith(b"Usage: ")


def test_a_transaction_that_does_not_say_how_long_it_was_open_counts(tmp_path: Path) -> None:
    document = {name: value for name, value in wrote(5).items() if name != "openSecondsTotal"}
    (found,) = map(json.loads, ask(tmp_path, [document], TASK, "--json").stdout.splitlines())
    assert [shard["last_transaction_at"] for shard in found["shards"]] == ["2026-10-12T11:55:00Z"]


COUNTED = """
import os, sys
listed = 0
def hook(event, _):
    global listed
    listed += event == "os.scandir"
sys.addaudithook(hook)
from flowctl_ops.cli import app_for
try:
    app_for(sys.argv[1:])(sys.argv[1:])
finally:
    print(listed, file=sys.stderr)
"""


def test_bare_ops_lists_folders_as_often_as_status_does(demo: Path) -> None:
    env = {"OPS_DATA": str(demo), "OPS_NOW": NOW_TEXT}
    bare, named = (run_ops_process(*asked, python=COUNTED, env=env) for asked in ((), ("status",)))
    assert bare.stdout == named.stdout
    assert bare.stderr.splitlines()[-1] == named.stderr.splitlines()[-1]
