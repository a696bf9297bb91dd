"""`ops stats` gives Flow's roll-up, however one history lies on disk.

The oracle plays Gazette's sequencer message by message, and sums as Flow's derivation does.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.cli import Completed, run_ops
from tests.histories import (
    COLLECTIONS,
    START,
    TASKS,
    Columns,
    Entry,
    History,
    acknowledgement,
    clock_at,
    dumps,
    log_histories,
    stats_histories,
    uuid_text,
    write_csv,
    write_fragments,
    write_lines,
    write_parquet,
    write_whole_journals,
)
from tests.oracle import answer, lines, parse, uuid_of
from tests.oracle_stats import Document, committed_stats, rollup

EXAMPLES = os.environ.get("OPS_EXAMPLES")
PROPERTY = settings(
    max_examples=int(EXAMPLES or 6),
    derandomize=EXAMPLES is None,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
PICKS = st.randoms(use_true_random=False)
EVERYTHING = ("--names", "all", "--grain", "all", "--json")


@contextmanager
def folder() -> Iterator[Path]:
    """Make a folder for one example."""
    with tempfile.TemporaryDirectory(prefix="history-") as name:
        yield Path(name)


def ask(root: Path, *options: str) -> Completed:
    return run_ops("stats", "-d", str(root), *options)


def documents(completed: Completed) -> list[Document]:
    return [json.loads(line) for line in completed.stdout.splitlines()]


def counted(value: Any) -> Any:
    """Read a gauge that a writer put into text as the number that it is."""
    if isinstance(value, dict):
        return {
            name: int(inner) if name == "bytesBehind" else counted(inner)
            for name, inner in value.items()
        }
    return [counted(item) for item in value] if isinstance(value, list) else value


def expected(root: Path, *, uncommitted: bool = False) -> Any:
    return counted(rollup(committed_stats(root, uncommitted=uncommitted)))


def as_journals(root: Path, history: History, pick: Random) -> None:
    write_fragments(root, history, pick, "stats")


LAYOUTS = {"fragments": as_journals, "lines": write_lines, "printed journals": write_whole_journals}


@pytest.mark.parametrize("write", LAYOUTS.values(), ids=list(LAYOUTS))
@pytest.mark.parametrize("uncommitted", [False, True], ids=["committed", "uncommitted"])
def test_the_roll_up_is_flows_document_for_document(
    write: Callable[[Path, History, Random], None], *, uncommitted: bool
) -> None:
    @PROPERTY
    @given(stats_histories(), PICKS)
    def check(history: History, pick: Random) -> None:
        with folder() as root:
            write(root, history, pick)
            options = ["--uncommitted"] * uncommitted
            completed = ask(root, *EVERYTHING, *options)
            assume("nothing to read" not in completed.stderr)
            assert documents(completed) == expected(root, uncommitted=uncommitted)
            assert completed.exit_code == 0, completed.stderr

    check()


@st.composite
def wild_histories(draw: st.DrawFn) -> History:
    """Draw a journal in which producers do what no producer should: any clock, any flags."""
    pick = draw(PICKS)
    task = TASKS[0]
    history: History = []
    step = st.tuples(st.integers(0, 1), st.integers(1, 6), st.sampled_from([0, 1, 1, 1, 2, 2, 5]))
    for producer, tick, flags in draw(st.lists(step, min_size=1, max_size=25)):
        uuid = uuid_text(f"0{2 * producer + 1:x}0000000000", clock_at(START, tick * 16), flags)
        shard = {"kind": task.kind, "name": task.name, "keyBegin": "00000000"}
        docs = {"docsTotal": 10**tick * (7 * producer + 1), "bytesTotal": 1}
        document = {
            "_meta": {"uuid": uuid},
            "shard": shard,
            "ts": "2024-05-01T00:00:00Z",
            "txnCount": 1,
            "capture": {COLLECTIONS[0]: {"out": docs}},
        }
        text = dumps(acknowledgement(uuid, pick) if flags == 2 else document, pick)
        history.append(Entry(task, START, text))
    return history


@pytest.mark.parametrize("write", [as_journals, write_whole_journals])
def test_any_order_of_clocks_and_flags_is_sequenced_as_gazette_does(
    write: Callable[[Path, History, Random], None],
) -> None:
    @settings(PROPERTY, max_examples=int(EXAMPLES or 20))
    @given(wild_histories(), PICKS)
    def check(history: History, pick: Random) -> None:
        with folder() as root:
            write(root, history, pick)
            completed = ask(root, *EVERYTHING)
            assume("nothing to read" not in completed.stderr)
            assert documents(completed) == expected(root)

    check()


@PROPERTY
@given(stats_histories(), PICKS)
def test_copies_of_a_journal_count_once(history: History, pick: Random) -> None:
    """A journal, and what a client that reads committed printed of it."""
    with folder() as root:
        write_fragments(root / "bucket", history, pick, "stats")
        assume(any(root.rglob("pivot=00")))
        once = expected(root)
        kept = [d for d in committed_stats(root) if (uuid := uuid_of(d)) and uuid.clock]
        saved = root / "saved.jsonl"
        saved.write_text("".join(json.dumps(d, ensure_ascii=False) + "\n" for d in kept))
        assert documents(ask(root, *EVERYTHING)) == once


@pytest.mark.parametrize("write", [write_parquet, write_csv])
@pytest.mark.parametrize("columns", [Columns.DEPTH_ONE, Columns.DOCUMENT, Columns.DOCUMENT_ONLY])
def test_an_export_sums_to_the_same(
    write: Callable[[Path, list[bytes], Columns, Random], None], columns: Columns
) -> None:
    @PROPERTY
    @given(stats_histories(), PICKS)
    def check(history: History, pick: Random) -> None:
        with folder() as root:
            write_whole_journals(root / "journals", history, pick)
            rows = [d for d in committed_stats(root / "journals") if d.get("ts")]
            assume(rows)
            texts = [json.dumps(d, ensure_ascii=False).encode() for d in rows]
            write(root / "export", texts, columns, pick)
            for row in rows if columns is Columns.DEPTH_ONE else ():
                for name in list(row):
                    if row[name] is None:
                        del row[name]
            assert documents(ask(root / "export", *EVERYTHING)) == counted(rollup(rows))

    check()


@PROPERTY
@given(stats_histories(), log_histories(far_times=False), PICKS)
def test_logs_count_as_warnings_errors_and_failures(
    stats: History, logs: History, pick: Random
) -> None:
    with folder() as root:
        write_fragments(root / "a", stats, pick, "stats")
        write_fragments(root / "b", logs, pick, "logs")
        assume(any(root.rglob("pivot=00")))
        found = answer(lines(root / "b")).logs
        parsed = [(log, parse(log.text)) for log in found]
        named = [{**document, "shard": {"name": log.task}} for log, document in parsed]
        assert documents(ask(root, *EVERYTHING)) == counted(
            rollup([*committed_stats(root / "a"), *named])
        )


@PROPERTY
@given(stats_histories(), PICKS)
def test_totals_of_tasks_prefixes_and_rollup_agree(history: History, pick: Random) -> None:
    with folder() as root:
        write_fragments(root, history, pick, "stats")
        assume(any(root.rglob("pivot=00")))
        tasks = documents(ask(root, "--json"))
        daily = documents(ask(root, "--json", "--grain", "daily"))
        tenants = sorted({d["catalogName"].split("/")[0] for d in tasks if "/" in d["catalogName"]})
        for member in ("txnCount", "usageSeconds"):
            whole = sum(d["statsSummary"].get(member, 0) for d in tasks)
            assert whole == sum(d["statsSummary"].get(member, 0) for d in daily)
        for tenant in tenants:
            [rolled] = documents(ask(root, f"{tenant}/", "--rollup", "--json"))
            of_prefix = documents(ask(root, f"{tenant}/", "--names", "prefixes", "--json"))
            assert rolled["statsSummary"] == next(
                d["statsSummary"] for d in of_prefix if d["catalogName"] == f"{tenant}/"
            )
            mine = [d for d in tasks if d["catalogName"].startswith(f"{tenant}/")]
            for side in ("readByMe", "writtenByMe"):
                total = sum(d["statsSummary"].get(side, {}).get("bytesTotal", 0) for d in mine)
                assert rolled["statsSummary"].get(side, {}).get("bytesTotal", 0) == total
