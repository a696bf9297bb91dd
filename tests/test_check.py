"""`ops check`: findings beyond thresholds, and exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from flowctl_ops.demo import DemoPlan, write
from tests.cli import Completed, run_ops
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

SINK: Any = {"task": "acmeCo/sink", "kind": "materialization"}
OLD = [wrote(30 * HOUR), log(30 * HOUR)]
WELL = [*OLD, up(5), wrote(5), log(5)]


def ask(folder: Path, documents: list[Document], *options: str) -> Completed:
    path = save(folder / "documents.jsonl", documents)
    return run_ops("check", *options, "-d", str(path), "--now", NOW_TEXT)


def behind(minutes: float, size: int | None, lag: float = 1, **more: Any) -> Document:
    """Make what a materialization says of how far its binding is behind."""
    document = read(minutes, **more)
    [binding] = document["materialize"].values()
    if size is not None:
        binding["bytesBehind"] = size
    binding["lastSourcePublishedAt"] = before(minutes + lag)
    return document


def published(minutes: float) -> Document:
    document = wrote(minutes)
    [binding] = document["capture"].values()
    binding["lastPublishedAt"] = before(minutes)
    return document


# Options, and what makes a finding or just does not; of which task or binding.
Case = tuple[tuple[str, ...], list[Document], set[tuple[str, str | None]]]
FAILURES, STALLED, AGE = ("--max-failures", "2/8h"), ("--stalled", "2h"), ("--max-age", "1h")
LAG, BEHIND = ("--max-lag", "15m"), ("--max-behind", "1kB")
CASES: dict[str, Case] = {
    "more failures": (
        FAILURES,
        [*WELL, failed(479), failed(2), failed(1)],
        {(TASK, None)},
    ),
    "as many failures": (FAILURES, [*WELL, failed(2), failed(1)], set()),
    "more failures in more time": (FAILURES, [*WELL, failed(480), failed(2), failed(1)], set()),
    "failures across a clock's hour": (
        ("--max-failures", "1/1h"),
        [*WELL, failed(59), failed(1)],
        {(TASK, None)},
    ),
    "errors": (("--max-errors", "0/1h"), [*WELL, log(59, "error", "no")], {(TASK, None)}),
    "errors before": (("--max-errors", "0/1h"), [*WELL, log(60, "error", "no")], set()),
    "failures are no errors": (("--max-errors", "0/1h"), [*WELL, failed(5)], set()),
    "warnings are no errors": (("--max-errors", "0/1h"), [*WELL, log(5, "warn", "no")], set()),
    "stalled": (STALLED, [*OLD, up(5), log(5)], {(TASK, None)}),
    "moved just in time": (STALLED, [*OLD, up(5), wrote(119)], set()),
    "moved just too long ago": (STALLED, [*OLD, up(5), wrote(120)], {(TASK, None)}),
    "not up": (STALLED, [*OLD, up(121)], set()),
    "new, and nothing moved": (STALLED, [up(5), up(100), log(5)], set()),
    "a binding whose source was written": (
        STALLED,
        [*WELL, wrote(9, to="acmeCo/x"), up(5, **SINK), read(9, of="acmeCo/x"), read(130)],
        {("acmeCo/sink", "acmeCo/it")},
    ),
    "a binding whose source was not": (
        STALLED,
        [
            *OLD,
            up(5),
            wrote(9, to="acmeCo/x"),
            up(5, **SINK),
            read(9, of="acmeCo/x"),
            read(130),
        ],
        set(),
    ),
    "a binding of a capture that wrote before": (
        STALLED,
        [*WELL, wrote(121, to="acmeCo/x")],
        {(TASK, "acmeCo/x")},
    ),
    "a binding of a capture that never writes much": (
        STALLED,
        [*WELL, wrote(241, to="acmeCo/x")],
        set(),
    ),
    "too old": (AGE, [*OLD, wrote(61)], {(TASK, None)}),
    "not too old": (AGE, [*OLD, wrote(60)], set()),
    "one binding too old": (AGE, [*WELL, wrote(61, to="acmeCo/x")], {(TASK, "acmeCo/x")}),
    "too far behind in time": (
        LAG,
        [*WELL, published(1), behind(0.5, 0, 15.51)],
        {("acmeCo/sink", "acmeCo/it")},
    ),
    "not too far behind in time": (LAG, [*WELL, published(1), behind(0.5, 0, 15.5)], set()),
    "too far behind in bytes": (
        BEHIND,
        [*WELL, behind(5, 1001)],
        {("acmeCo/sink", "acmeCo/it")},
    ),
    "not too far behind in bytes": (BEHIND, [*WELL, behind(5, 1000)], set()),
    "behind once, and no more": (BEHIND, [*WELL, behind(9, 9999), behind(5, None)], set()),
    "shards add up": (
        BEHIND,
        [*WELL, behind(5, 600), behind(5, 600, key="80000000")],
        {("acmeCo/sink", "acmeCo/it")},
    ),
    "a failing task, by Flow's own rule": (
        (),
        [*WELL, failed(400), failed(200), failed(1)],
        {(TASK, None)},
    ),
    "two failures, by Flow's own rule": ((), [*WELL, failed(200), failed(1)], set()),
}


@pytest.mark.parametrize(("options", "documents", "found"), CASES.values(), ids=list(CASES))
def test_a_threshold_is_crossed_by_these_documents(
    tmp_path: Path,
    options: tuple[str, ...],
    documents: list[Document],
    found: set[tuple[str, str | None]],
) -> None:
    done = ask(tmp_path, documents, *options, "--json")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert {(row["task"], row["collection"]) for row in rows} == found, done.stderr
    assert all(row["message"] for row in rows)
    assert (done.exit_code == 1) == bool(found)


UNKNOWN: dict[str, tuple[tuple[str, ...], list[Document], str]] = {
    "failures without logs": (FAILURES, [up(5), wrote(5)], "no logs"),
    "stalls without stats": (STALLED, [log(5)], "no stats"),
    "age without stats": (AGE, [log(5)], "no stats"),
    "lag that nobody published": (LAG, [behind(5, 0)], "Flow did not say"),
    "bytes that nobody told": (BEHIND, [read(5)], "Flow did not say"),
}


@pytest.mark.parametrize(("options", "documents", "why"), UNKNOWN.values(), ids=list(UNKNOWN))
def test_what_nothing_tells_is_exit_3(
    tmp_path: Path, options: tuple[str, ...], documents: list[Document], why: str
) -> None:
    done = ask(tmp_path, documents, *options)
    assert (done.exit_code, done.stdout) == (3, b"")
    assert why in done.stderr


def test_findings_go_before_what_nothing_tells(tmp_path: Path) -> None:
    done = ask(tmp_path, [log(5, "error", "no")], "--max-errors", "0/1h", "--stalled", "1h")
    assert done.exit_code == 1


def test_no_finding_is_exit_0_and_said(tmp_path: Path) -> None:
    done = ask(tmp_path, WELL, *FAILURES)
    assert (done.exit_code, done.stdout) == (0, b"")
    assert "1 check, no finding" in done.stderr
    assert not ask(tmp_path, WELL, *FAILURES, "-q").stderr


def test_a_name_that_nobody_has_is_refused(tmp_path: Path) -> None:
    assert ask(tmp_path, WELL, "a/b", *FAILURES).exit_code == 2


def test_annotations_of_github_hold_on_one_line(tmp_path: Path) -> None:
    documents = [log(5, "error", "no", task="a/b:c,d%\nx")]
    done = ask(tmp_path, documents, "--max-errors", "0/1h", "-o", "github")
    [line] = done.stdout.decode().splitlines()
    assert line.startswith(
        "::error title=max-errors%3A a/b%3Ac%2Cd%25%0Ax::a/b:c,d%25%0Ax: 1 error"
    )


def test_junit_has_a_case_for_each_rule_and_task(tmp_path: Path) -> None:
    documents = [*WELL, log(5, "error", "no", task="b/<&\"'\x01")]
    done = ask(tmp_path, documents, "--max-errors", "0/1h", "--stalled", "2h", "-o", "junit")
    suite = ET.fromstring(done.stdout)
    assert {key: suite.get(key) for key in ("tests", "failures", "skipped")} == {
        "tests": "4",
        "failures": "1",
        "skipped": "1",
    }
    assert {case.get("classname") for case in suite} == {TASK, "b/<&\"'\ufffd"}
    assert [case.get("name") for case in suite if case.find("failure") is not None] == [
        "max-errors"
    ]


def test_the_printed_statement_gives_the_same_findings(tmp_path: Path) -> None:
    write(tmp_path / "demo", DemoPlan(rate=5, days=2))
    asked = ("check", "-d", str(tmp_path / "demo"), "--now", "last", "--max-errors", "0/1d", *AGE)
    printed = run_ops(*asked, "--print-sql").stdout.decode()
    again = run_ops("sql", printed, "-d", str(tmp_path / "demo"), "--json").stdout.splitlines()
    told = [row for row in map(json.loads, again) if row["verdict"] == "finding"]
    found = [json.loads(line) for line in run_ops(*asked, "--json").stdout.splitlines()]
    columns = ("rule", "task", "message")
    assert [[row[name] for name in columns] for row in found] == [
        [row[name] for name in columns] for row in told
    ]
    assert found


def test_a_day_is_a_day(tmp_path: Path) -> None:
    assert ask(tmp_path, [*WELL, log(DAY - 1, "error")], "--max-errors", "0/1d").exit_code == 1


def test_data_that_ended_before_is_not_judged(tmp_path: Path) -> None:
    write(tmp_path, DemoPlan(tasks=1, days=1, rate=2, exports=False, oddities=False))
    done = run_ops("check", "-d", str(tmp_path), "--now", "2027-01-01")
    assert done.exit_code == 3
    assert "no document is in the time looked at: the newest is of 2026-10-05T" in done.stderr
    assert "hint: --now last" in done.stderr
    assert "no finding" not in done.stderr
    asked = ("explain", "acmeCo/my/capture", "-d", str(tmp_path))
    assert "hint: --now last" in run_ops(*asked, "--now", "2027-01-01").stderr
    assert "hint: --now" not in run_ops(*asked, "--now", "last").stderr


def test_tasks_that_log_no_error_are_judged(tmp_path: Path) -> None:
    write(tmp_path, DemoPlan(tasks=1, days=1, rate=0, stats=False, exports=False, oddities=False))
    done = run_ops("check", "--max-failures", "99/8h", "-d", str(tmp_path), "--now", "last")
    assert (done.exit_code, done.stderr) == (0, "ops: 1 check, no finding\n")
