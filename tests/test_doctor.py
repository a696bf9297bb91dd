"""`ops doctor`: what the data covers, and what is wrong in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from flowctl_ops.demo import DemoPlan, write
from tests.cli import Completed, run_ops
from tests.documents import NOW_TEXT, TASK, Document, before, log, save, up, wrote


def ask(root: Path, *options: str) -> Completed:
    return run_ops("doctor", "-d", str(root), "--now", NOW_TEXT, *options)


def rows(done: Completed) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    write(folder, DemoPlan(rate=5, days=3))
    return folder


def test_a_row_says_what_a_collection_holds_of_a_task(tmp_path: Path) -> None:
    save(tmp_path / "a.jsonl", [log(60), log(5, "warn"), wrote(30), up(9)])
    logs, stats = rows(ask(tmp_path, "--json"))
    told = ("collection", "task", "kind", "documents", "first_document", "last_document")
    assert [logs[name] for name in told] == [
        "logs",
        TASK,
        "capture",
        2,
        "2026-10-12T11:00:00Z",
        "2026-10-12T11:55:00Z",
    ]
    assert (stats["collection"], stats["documents"], stats["age_seconds"]) == ("stats", 2, 540)


def nameless(minutes: float) -> Document:
    return {"ts": log(minutes)["ts"], "level": "info", "message": "x"}


ODD: dict[str, tuple[list[Document], str]] = {
    "an unknown level": (
        [log(5, "notice"), log(4, "notice")],
        "2 logs of an unknown level (notice)",
    ),
    "no readable time": ([log(5) | {"ts": "?"}], "1 without a readable time"),
    "no task": ([log(5), nameless(4)], "these documents name no task"),
}


@pytest.mark.parametrize(("documents", "finding"), ODD.values(), ids=list(ODD))
def test_what_is_odd_is_found(tmp_path: Path, documents: list[Document], finding: str) -> None:
    save(tmp_path / "a.jsonl", documents)
    found = [row["findings"] for row in rows(ask(tmp_path, "--json"))]
    assert finding in found


def test_the_demo_s_oddities_are_found(demo: Path) -> None:
    findings = {(row["collection"], row["task"]): row for row in rows(ask(demo, "--json"))}
    broken = findings["logs", "dunderCo/paper/source-mysql"]
    assert broken["holes"] == 1
    assert broken["hole_bytes"] > 1000
    assert broken["findings"].startswith("a hole of ")
    covered = findings["logs", "acmeCo/my/capture"]
    assert covered["covered_files"] == 2
    assert covered["overlap_bytes"] > 1000
    assert "of the journal held twice" in covered["findings"]
    text = ask(demo).stdout.decode()
    assert "stats documents rolled back or not committed" in text
    assert "files passed over: of an older backfill" in text


def test_documents_are_counted_once(demo: Path) -> None:
    found = {row["task"]: row for row in rows(ask(demo, "--json")) if row["collection"] == "logs"}
    logs = run_ops("logs", "acmeCo/my/totals", "-d", str(demo), "--json").stdout.splitlines()
    assert found["acmeCo/my/totals"]["documents"] == len(logs)


def test_copies_are_counted(tmp_path: Path) -> None:
    marked = [
        log(n) | {"_meta": {"uuid": f"{n:08x}-2f6f-11ef-8400-0123456789ab"}} for n in range(1, 6)
    ]
    save(tmp_path / "a.jsonl", marked)
    save(tmp_path / "b.jsonl", marked[:3])
    told = ask(tmp_path).stdout.decode()
    assert "3 copies of logs that stand before: each counts once" in told
    assert "  3 copies of what stands before\n" in told
    assert "copies of stats" not in told


def test_what_cannot_be_read_is_named_and_exit_3(tmp_path: Path) -> None:
    save(tmp_path / "a.jsonl", [log(5)])
    with (tmp_path / "a.jsonl").open("a") as file:
        file.write('{"cut\n{"ts":1}\n')
    done = ask(tmp_path)
    assert done.exit_code == 3
    assert "a.jsonl:2" in done.stderr
    assert b"could not be read, named below" in done.stdout


def test_verify_finds_bytes_that_are_not_as_named(tmp_path: Path) -> None:
    write(tmp_path, DemoPlan(tasks=1, days=0.5, rate=20, exports=False, oddities=False))
    assert ask(tmp_path, "--verify").exit_code == 0
    fragment = max(tmp_path.rglob("*.gz"), key=lambda path: path.stat().st_size)
    fragment.rename(fragment.with_name(fragment.name[:-8] + "00000.gz"))
    assert ask(tmp_path, "--verify").exit_code == 3


def test_one_task_is_looked_at_alone(demo: Path) -> None:
    found = rows(ask(demo, "acmeCo/my/totals", "--json"))
    assert {row["task"] for row in found if row["collection"]} == {"acmeCo/my/totals"}
    assert ask(demo, "acmeCo/my/total").exit_code == 2


def test_routine_is_told_here_and_not_elsewhere(demo: Path) -> None:
    asked = ("stats", "-d", str(demo), "--now", "last")
    assert "rolled back" not in run_ops(*asked).stderr
    assert "rolled back" in run_ops(*asked, "-v").stderr
    assert "a hole of" not in run_ops("logs", "-n", "1", "-d", str(demo)).stderr


def test_the_printed_statement_gives_the_same_rows(demo: Path) -> None:
    printed = ask(demo, "--print-sql").stdout.decode()
    again = run_ops("sql", printed, "-d", str(demo), "--json").stdout.decode().splitlines()
    found = [row for row in rows(ask(demo, "--json")) if row["collection"]]
    assert found == [json.loads(line) for line in again]


def test_nothing_of_a_document_obeys(tmp_path: Path) -> None:
    save(tmp_path / "a.jsonl", [log(5, "\x1b[2J\u202e" + "x" * 10_000, task="a\x07/b")])
    text = ask(tmp_path).stdout.decode()
    assert not {"\x1b", "\x07", "\u202e"} & set(text)
    assert len(text) < 3_000


def test_an_export_of_the_roll_up_is_covered(tmp_path: Path) -> None:
    summary = {"writtenByMe": {"docsTotal": 1, "bytesTotal": 5}}
    documents = [
        {"catalogName": name, "grain": "hourly", "ts": before(minutes), "statsSummary": summary}
        for name in (TASK, "acmeCo/")
        for minutes in (60, 180)
    ]
    path = save(tmp_path / "documents.jsonl", documents)
    [row] = rows(ask(path, "--json"))
    assert (row["collection"], row["task"], row["documents"]) == ("catalog_stats", TASK, 2)
    assert (row["first_document"], row["last_document"]) == (before(180), before(60))
