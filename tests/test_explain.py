"""`ops explain`: incidents, their causes, and what is said of them."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from flowctl_ops.demo import DemoPlan, write
from tests.cli import Completed, run_ops
from tests.documents import HOUR, NOW_TEXT, TASK, Document, failed, log, read, save, wrote

OTHER: Any = {"key": "80000000"}
GENERIC = "runTransactions: readMessage: connector failed: exit status 1"
WORD = "it broke for a reason"


def ask(folder: Path, documents: list[Document], *options: str) -> Completed:
    path = save(folder / "documents.jsonl", documents)
    return run_ops("explain", TASK, *options, "-d", str(path), "--now", NOW_TEXT)


def incidents(folder: Path, documents: list[Document], *options: str) -> list[dict[str, Any]]:
    done = ask(folder, documents, "--json", *(options or ("--all",)))
    assert done.exit_code == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


# Failures of each incident and whether it is over, the newest first.
INCIDENTS: dict[str, tuple[list[tuple[int, str]], list[Document]]] = {
    "none": ([], [wrote(10), log(5, "error", "no")]),
    "one, with no transaction at all": ([(1, "failing")], [failed(5)]),
    "one that is over": ([(1, "over")], [failed(5), wrote(4)]),
    "three with nothing between": ([(3, "failing")], [wrote(9), failed(8), failed(7), failed(6)]),
    "two with a transaction between": (
        [(1, "failing"), (2, "over")],
        [failed(9), failed(8), wrote(7), failed(6)],
    ),
    "a transaction that opened before and was committed after": (
        [(1, "over")],
        [failed(5), wrote(5.01)],
    ),
    "uptime between is no transaction": (
        [(2, "failing")],
        [
            failed(9),
            {**wrote(8), "txnCount": 0},
            failed(7),
        ],
    ),
    "another shard's transaction does not end it": (
        [(2, "failing")],
        [failed(9), wrote(8, **OTHER), failed(7)],
    ),
    "two shards at once are one": (
        [(2, "over")],
        [failed(9), failed(8.9, **OTHER), wrote(7), wrote(6, **OTHER)],
    ),
    "two shards one after the other are two": (
        [(1, "over"), (1, "over")],
        [failed(9), wrote(8), failed(7, **OTHER), wrote(6, **OTHER)],
    ),
    "a failure before the window": ([(1, "failing")], [failed(8 * 24 * HOUR), failed(5)]),
    "another task's failures": ([], [failed(5, task="b/c"), log(4)]),
    "a level that only looks like an error": ([], [log(4, "Error", "shard failed"), log(3)]),
}


@pytest.mark.parametrize(("expected", "documents"), INCIDENTS.values(), ids=list(INCIDENTS))
def test_incidents_are_failures_with_no_transaction_between(
    tmp_path: Path, expected: list[tuple[int, str]], documents: list[Document]
) -> None:
    found = incidents(tmp_path, documents)
    assert [(item["failures"], item["state"]) for item in found] == expected
    assert [item["incident"] for item in found] == list(range(1, len(expected) + 1))


CAUSES: dict[str, tuple[str, Any]] = {
    "a chain": (WORD, f"runTransactions: readMessage: connector failed: {WORD}"),
    "a name before it": (f"oauth2: {WORD}", f"fetching all of it: oauth2: {WORD}"),
    "a short end": (
        "dial tcp 10.0.0.1:5432: i/o timeout",
        "connector failed: dial tcp 10.0.0.1:5432: i/o timeout",
    ),
    "an anyhow report": (WORD, f"outer words here\n\nCaused by:\n    0: inner\n    1: {WORD}"),
    "an anyhow report of one": (WORD, f"outer\n\nCaused by:\n    {WORD}"),
    "a report whose inner causes say nothing": (
        WORD,
        f"{WORD}\n\nCaused by:\n    0: connector exited with code 1\n    1: status: Internal",
    ),
    "a list": (WORD, ["outer words of it", WORD]),
    "a list of objects": (WORD, ["outer words of it", {"message": WORD, "code": 3}]),
    "a list with findings": (
        "a/b document failed validation against its collection JSON Schema",
        ["a/b document failed validation against its collection JSON Schema", "exit status 1"],
    ),
    "a trace of Python": (
        f"shop.http.Broken: {WORD}",
        f"""Traceback (most recent call last):
  File "x.py", line 3, in f
    g()
shop.http.Broken: {WORD}""",
    ),
    "a trace of Go": (
        f"panic: {WORD}",
        f"panic: {WORD}\n\ngoroutine 1 [running]:\nmain.main()\n\t/app/main.go:5 +0x1d",
    ),
    "a trace of Java": (
        WORD,
        f"java.lang.Broken: outer\n\tat a.C.d(C.java:5)\nCaused by: {WORD}\n\tat b.E.f(E.java)",
    ),
    "colours": (WORD, f"\x1b[31mconnector failed\x1b[0m: \x1b[1m{WORD}\x1b[0m"),
    "200 causes": (
        "so part 198: part 199",
        ": ".join(f"so part {n}" for n in range(199)) + ": part 199",
    ),
    "a megabyte": (f"{WORD}", "x" * 1_000_000 + f" and more: {WORD}"),
    "JSON text in a list": (WORD, ["outer words of it", json.dumps({"error": {"message": WORD}})]),
    "a list as text": (WORD, json.dumps(["outer", json.dumps({"message": WORD, "code": 7})])),
    "an answer at the end of a chain": (
        WORD,
        f'connector failed: Error 403: {{"error": {{"code": 403, "message": "{WORD}"}}}}',
    ),
    "an object": ('{"a":1}', {"a": 1}),
    "a number": ("7", 7),
}


@pytest.mark.parametrize(("cause", "error"), CAUSES.values(), ids=list(CAUSES))
def test_a_cause_is_the_innermost_that_says_why(tmp_path: Path, cause: str, error: Any) -> None:
    [found] = incidents(tmp_path, [failed(5, error)])
    assert found["cause"] == cause
    assert len(json.dumps(found)) < 20_000


# What the connector logged before a failure that says nothing, and what the cause is then.
SAID: dict[str, tuple[str, list[Document]]] = {
    "its error": (f"broken: {WORD}", [log(5.1, "error", "broken", error=WORD)]),
    "its error, with noise after it": (
        f"broken: {WORD}",
        [
            log(5.2, "error", "broken", error=WORD),
            log(5.1, "error", "connector failed: exit status 1"),
            log(5.05, "warn", "connector exited with unconsumed input stream remainder"),
            log(5.01, "warn", "retrying after failed attempt", error="write: it is not there"),
        ],
    ),
    "its last error": (
        "the last of them all",
        [log(5.2, "error", WORD), log(5.1, "error", "the last of them all")],
    ),
    "a warning, where there is no error": (
        "slot was lost by us",
        [log(5.2, "warn", "slot was lost by us")],
    ),
    "more than a minute before": (
        "runTransactions: readMessage: connector failed: exit status 1",
        [log(6.1, "error", "broken", error=WORD)],
    ),
    "after it": (
        "runTransactions: readMessage: connector failed: exit status 1",
        [log(4.9, "error", "broken", error=WORD)],
    ),
}


@pytest.mark.parametrize(("cause", "said"), SAID.values(), ids=list(SAID))
def test_a_generic_failure_is_what_the_connector_said(
    tmp_path: Path, cause: str, said: list[Document]
) -> None:
    [found] = incidents(tmp_path, [*said, failed(5, GENERIC)])
    assert found["cause"] in (cause, cause.rpartition("readMessage: ")[2])
    assert (found["cause_from"] == "connector") == (cause != GENERIC)


def test_a_failure_that_says_why_is_believed(tmp_path: Path) -> None:
    documents = [log(5.1, "error", "broken", error="something else of it"), failed(5, WORD)]
    [found] = incidents(tmp_path, documents)
    assert (found["cause"], found["cause_from"]) == (WORD, "failure")


def test_a_timeline_tells_what_changed_before(tmp_path: Path) -> None:
    documents = [
        log(100, message="initialized catalog task term"),
        wrote(30),
        log(25, message="applying updated task specification", last_version="1", next_version="2"),
        log(24, message="connector applied", actionDescription="ALTER TABLE x\nADD y"),
        log(23, message="rotated", eventType="configUpdate", config={"secret": "hidden"}),
        log(22, message="backfill triggered", binding="b"),
        failed(20, build="b2"),
        log(18, message="initialized catalog task term", build="b2"),
        wrote(10, build="b2"),
    ]
    [found] = incidents(tmp_path, documents)
    events = [(event["event"], event["text"]) for event in found["timeline"]]
    assert events == [
        ("last data", None),
        ("changed", "task specification updated from 1 to 2"),
        ("applied", "ALTER TABLE x ADD y"),
        ("config", "the connector updated its configuration"),
        ("backfill", "backfill triggered"),
        ("changed", "a new build: b2"),
        ("FAILED", "restarted after 2 min"),
        ("moving", "a transaction was committed"),
    ]
    assert "hidden" not in json.dumps(found)


def test_a_long_crash_loop_is_told_by_its_ends(tmp_path: Path) -> None:
    [found] = incidents(tmp_path, [failed(100 - n) for n in range(50)])
    assert found["failures"] == 50
    assert len(found["timeline"]) == 8


def test_earlier_incidents_other_tasks_and_readers_are_named(tmp_path: Path) -> None:
    slot = 'replication slot "s" is active for PID {}'
    documents = [
        failed(50 * HOUR, slot.format(1)),
        wrote(49 * HOUR),
        failed(40 * HOUR, "another reason for it all"),
        wrote(30 * HOUR),
        failed(20 * HOUR, slot.format(22), task="b/c"),
        failed(5, slot.format(333)),
        read(20 * HOUR),
    ]
    first = incidents(tmp_path, documents)[0]
    assert [(item["same"], item["failures"]) for item in first["before"]] == [(True, 1), (False, 1)]
    assert [(item["task"], item["failures"]) for item in first["also"]] == [("b/c", 1)]
    assert first["affects"] == [{"task": "acmeCo/sink", "collections": ["acmeCo/it"]}]
    alone = incidents(tmp_path, documents, "--alone")[0]
    assert alone["also"] == []
    text = ask(tmp_path, documents).stdout.decode()
    assert "ALSO     same cause: b/c 10-11 16:00 (1x)" in text
    assert "AFFECTS  acmeCo/sink (reads acmeCo/it)" in text


def test_the_command_shows_the_lines(tmp_path: Path) -> None:
    documents = [failed(60), wrote(50), failed(5.5, "b: it broke for a reason")]
    lines = ask(tmp_path, documents).stdout.decode().splitlines()
    assert lines[-1] == f"logs: ops logs {TASK} --since 2026-10-12T11:44Z -l warn"
    beyond = ask(tmp_path, documents, "--incident", "9").stdout.decode()
    assert beyond == f"{TASK}: no incident 9 since 2026-10-05 12:00; it had 2, 1 is the newest\n"
    older = ask(tmp_path, documents, "--incident", "2").stdout.decode().splitlines()
    assert older[0] == "failed from 2026-10-12 11:00:00, over since 2026-10-12 11:10:01   1 failure"
    command = older[-1].removeprefix("logs: ops ").split()
    path = str(tmp_path / "documents.jsonl")
    assert b"shard failed" in run_ops(*command, "-d", path, "--now", NOW_TEXT).stdout


def test_without_a_failure_errors_are_explained(tmp_path: Path) -> None:
    documents = [
        *(log(n, "error", f"fetch of page {n} failed", error="invalid_grant") for n in (3, 4, 5)),
        log(5, "warn", "server internal error (will retry)"),
    ]
    text = ask(tmp_path, documents).stdout.decode()
    assert text.startswith("acmeCo/source: no failure since 2026-10-05 12:00\n")
    assert "ERROR    fetch of page 3 failed: invalid_grant\n         3x, last" in text
    assert "DO       Sign in again" in text
    assert "MEANS    The API failed" in text


@pytest.mark.parametrize("name", ["acmeCo/", "acme*"])
def test_a_pattern_is_no_task(tmp_path: Path, name: str) -> None:
    done = run_ops("explain", name, "-d", str(save(tmp_path / "a.jsonl", [failed(5)])))
    assert done.exit_code == 2
    assert f"ops status {shlex.quote(name)}" in done.stderr


def test_an_unknown_task_is_told_its_neighbours(tmp_path: Path) -> None:
    done = run_ops("explain", "acmeCo/sourc", "-d", str(save(tmp_path / "a.jsonl", [failed(5)])))
    assert (done.exit_code, done.stdout) == (2, b"")
    assert TASK in done.stderr


def test_nothing_of_a_document_obeys(tmp_path: Path) -> None:
    hostile = "it broke: \x1b[2J\x07\u202e \x9b31m" + "y" * 3_000
    documents = [log(6, "error", hostile, error=hostile), failed(5, hostile)]
    text = ask(tmp_path, documents).stdout.decode()
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(text)
    assert len(text) < 8_000


def lines_explained(folder: Path, *options: str) -> Completed:
    documents = [
        log(9, message="initialized catalog task term"),
        log(8, "error", "no", error="x: invalid_grant"),
        log(7, message="nothing of note"),
    ]
    path = save(folder / "documents.jsonl", documents)
    return run_ops("logs", "--explain", *options, "-d", str(path))


def test_a_line_that_is_known_has_its_meaning_below(tmp_path: Path) -> None:
    lines = lines_explained(tmp_path).stdout.decode().splitlines()
    assert [line[:6] for line in lines] == ["2026-1", "    = ", "2026-1", "    = ", "2026-1"]
    assert lines[1].endswith("a new build.")
    assert "Sign in again" in lines[3]


def test_only_text_is_explained(tmp_path: Path) -> None:
    done = lines_explained(tmp_path, "--json")
    assert (done.exit_code, done.stdout) == (2, b"")
    assert "--explain" in done.stderr


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    write(folder, DemoPlan(rate=5))
    return folder


def test_the_demos_failing_task_is_explained(demo: Path) -> None:
    done = run_ops("explain", "dunderCo/paper/source-mysql", "-d", str(demo), "--now", "last")
    text = done.stdout.decode()
    assert text.startswith(
        "FAILING since 2026-10-11 23:40:00   5 failures in 17m 1s, last 23:57:01"
    )
    for label in ("CAUSE", "MEANS", "DO", "TIMELINE", "BEFORE", "ALSO", "AFFECTS", "logs:"):
        assert f"\n{label}" in text


def test_every_failure_of_the_demo_is_known(demo: Path) -> None:
    data = ("-d", str(demo), "--now", "last")
    listed = run_ops("status", *data, "--json").stdout.splitlines()
    found = [
        json.loads(line)
        for row in map(json.loads, listed)
        for line in run_ops(
            "explain", row["task"], "--all", "--alone", "--json", *data
        ).stdout.splitlines()
    ]
    assert len(found) > 10
    assert [item["cause"] for item in found if item["message_id"] is None] == []


def test_the_printed_statement_gives_the_same_rows(demo: Path) -> None:
    asked = ("explain", "dunderCo/paper/source-mysql", "-d", str(demo), "--now", "last", "--all")
    printed = run_ops(*asked, "--print-sql").stdout.decode()
    again = run_ops("sql", printed, "-d", str(demo), "--json").stdout.decode().splitlines()
    found = run_ops(*asked, "--json").stdout.decode().splitlines()
    columns = ("incident", "cause", "failures", "timeline", "also", "meaning")
    for ours, theirs in zip(map(json.loads, found), map(json.loads, again), strict=True):
        assert {name: ours[name] for name in columns} == {name: theirs[name] for name in columns}
    assert len(found) > 1


def test_an_answer_without_half_of_the_data_says_which(tmp_path: Path) -> None:
    said = ask(tmp_path, [failed(5)]).stdout.decode().splitlines()
    assert said[-1] == "no stats in the data: whether it moved on is not known"
    assert "no stats" not in ask(tmp_path, [failed(5), wrote(9)]).stdout.decode()
    assert ask(tmp_path, [wrote(9)]).stdout.decode().splitlines() == [
        f"{TASK}: no failure since 2026-10-05 12:00",
        "no logs in the data: whether it failed is not known",
    ]
    assert "no logs" not in ask(tmp_path, [wrote(9), log(5)]).stdout.decode()
