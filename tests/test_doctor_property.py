"""`ops doctor` counts what does not count as plain Python does, however a history lies on disk."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings

from tests.cli import run_ops
from tests.histories import (
    History,
    log_histories,
    stats_histories,
    write_fragments,
    write_lines,
)
from tests.oracle import copies, lines
from tests.oracle_stats import left_out
from tests.test_stats_property import EXAMPLES, LAYOUTS, PICKS, PROPERTY, wild_histories

COLUMNS = {"copies": "copy", "rolled_back": "rolled back", "uncommitted": "uncommitted"}
Counts = Counter[tuple[str | None, str]]


@contextmanager
def folder() -> Iterator[Path]:
    """Make a folder for one example."""
    with tempfile.TemporaryDirectory(prefix="history-") as name:
        yield Path(name)


def told(root: Path, collection: str) -> Counts:
    """Give what doctor says of a collection's documents that do not count, by task and reason."""
    done = run_ops("doctor", "-d", str(root), "--now", "last", "--json")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    counts = Counter(
        {
            (row["task"], why): row[column]
            for row in rows
            if row["collection"] == collection
            for column, why in COLUMNS.items()
        }
    )
    assert +counts == listed(root, collection)
    return +counts


def listed(root: Path, collection: str) -> Counts:
    """Give the same as the view `left_out` has it."""
    asked = f"SELECT task, why FROM left_out WHERE collection = '{collection}'"
    done = run_ops("sql", asked, "-d", str(root), "--json")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return Counter((row["task"], row["why"]) for row in rows)


@pytest.mark.parametrize("write", LAYOUTS.values(), ids=list(LAYOUTS))
def test_stats_that_do_not_count_are_counted_by_task(
    write: Callable[[Path, History, Random], None],
) -> None:
    @PROPERTY
    @given(stats_histories(), PICKS)
    def check(history: History, pick: Random) -> None:
        with folder() as root:
            write(root, history, pick)
            assert told(root, "stats") == left_out(lines(root))

    check()


@pytest.mark.parametrize("write", LAYOUTS.values(), ids=list(LAYOUTS))
def test_any_order_of_clocks_and_flags_is_told_as_gazette_has_it(
    write: Callable[[Path, History, Random], None],
) -> None:
    @settings(PROPERTY, max_examples=int(EXAMPLES or 12))
    @given(wild_histories(), PICKS)
    def check(history: History, pick: Random) -> None:
        with folder() as root:
            write(root, history, pick)
            assert told(root, "stats") == left_out(lines(root))

    check()


@PROPERTY
@given(log_histories(), PICKS)
def test_copies_of_logs_are_counted_by_task(history: History, pick: Random) -> None:
    with folder() as root:
        write_fragments(root / "bucket", history, pick)
        write_lines(root / "saved", history, pick)
        expected = copies(lines(root))
        assert told(root, "logs") == Counter({(task, "copy"): n for task, n in expected.items()})
