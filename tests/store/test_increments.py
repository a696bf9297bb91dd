"""A materialized folder answers like the files that it was made of, however they arrived.

The files of a history arrive in any order and in any number of runs; after each run every question
is asked of both. The files are held to the oracles in the property tests of logs and stats.
"""

from __future__ import annotations

import gzip
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from hypothesis import Phase, assume, given, settings

from tests.cli import run_ops
from tests.histories import (
    History,
    log_histories,
    stats_histories,
    write_fragments,
    write_lines,
    write_whole_journals,
)
from tests.test_stats_property import EXAMPLES, PICKS
from tests.test_stats_property import PROPERTY as STATS_PROPERTY

PROPERTY = settings(
    STATS_PROPERTY,
    max_examples=int(EXAMPLES or 2),
    phases=[Phase.generate],  # to shrink takes minutes: each example is many commands
)
LOGS = [
    ("logs", "-o", "json"),
    ("logs", "-l", "warn"),
    ("logs", "-n", "3", "-o", "json"),
    ("logs", "-g", "shard", "-C", "1"),
    ("logs", "acmeCo*", "--since", "2024-04-30T22:30:00Z", "-o", "csv"),
    ("sql", "SELECT * EXCLUDE (position) FROM logs", "-o", "json"),
]
STATS = [
    ("stats", "--names", "all", "--grain", "all", "--json"),
    ("stats", "--grain", "hourly", "--since", "2024-04-30T22:30:00Z", "--json"),
    ("stats", "--by", "binding", "--json"),
    ("stats", "acmeCo*"),
    ("sql", "SELECT * EXCLUDE (position) FROM stats", "-o", "json"),
    ("sql", "SELECT * EXCLUDE (position) FROM bindings ORDER BY ALL", "-o", "json"),
]
Writer = Callable[[Path, History, Random], None]


@contextmanager
def folders() -> Iterator[tuple[Path, Path, Path]]:
    """Give three folders: all files, those that have arrived, what is materialized of them."""
    with tempfile.TemporaryDirectory(prefix="arrivals-") as name:
        root = Path(name)
        (root / "arrived").mkdir()
        (root / "all").mkdir()
        yield root / "all", root / "arrived", root / "stored"


def arrivals(root: Path, pick: Random) -> list[list[Path]]:
    """Split the files below a folder into runs, in any order or in that of their names."""
    files = sorted(path for path in root.rglob("*") if path.is_file())
    if pick.random() < 0.5:
        pick.shuffle(files)
    ends = sorted(pick.sample(range(1, len(files)), min(len(files) - 1, pick.randint(0, 2))))
    return [files[a:b] for a, b in zip([0, *ends], [*ends, len(files)], strict=True)]


def materialize(arrived: Path, stored: Path) -> int:
    return run_ops("materialize", str(stored), "-d", str(arrived), "-q").exit_code


def assert_alike(arrived: Path, stored: Path, questions: list[tuple[str, ...]]) -> None:
    """Ask both; what cannot be read is told of both, since the folder remembers it."""
    for question in questions:
        of_files = run_ops(*question, "-d", str(arrived))
        of_store = run_ops(*question, "-d", str(stored))
        assert of_store.stdout == of_files.stdout, question
        assert of_store.exit_code == of_files.exit_code, (question, of_store.stderr)


def check(write: Writer, questions: list[tuple[str, ...]], history: History, pick: Random) -> None:
    with folders() as (root, arrived, stored):
        write(root, history, pick)
        assume(any(path.is_file() for path in root.rglob("*")))
        for files in arrivals(root, pick):
            for file in files:
                place = arrived / file.relative_to(root)
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, place)
            materialize(arrived, stored)
            assume(stored.is_dir())
            assert_alike(arrived, stored, questions)
        before = {path: path.read_bytes() for path in stored.rglob("*") if path.is_file()}
        materialize(arrived, stored)
        assert {path: path.read_bytes() for path in stored.rglob("*") if path.is_file()} == before


def log_fragments(root: Path, history: History, pick: Random) -> None:
    write_fragments(root, history, pick, "logs")


def stats_fragments(root: Path, history: History, pick: Random) -> None:
    write_fragments(root, history, pick, "stats")


@pytest.mark.parametrize("write", [log_fragments, write_lines], ids=["fragments", "lines"])
def test_logs_are_alike(write: Writer) -> None:
    @PROPERTY
    @given(log_histories(), PICKS)
    def examples(history: History, pick: Random) -> None:
        check(write, LOGS, history, pick)

    examples()


@pytest.mark.parametrize(
    "write",
    [stats_fragments, write_lines, write_whole_journals],
    ids=["fragments", "lines", "printed journals"],
)
def test_stats_are_alike(write: Writer) -> None:
    @PROPERTY
    @given(stats_histories(), PICKS)
    def examples(history: History, pick: Random) -> None:
        check(write, STATS, history, pick)

    examples()


def test_what_stands_in_two_pieces_of_a_run_counts_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run reads one task at a time; an export holds the documents of journals once more."""
    monkeypatch.setattr("flowctl_ops.store.write._CHUNK", 1)
    data, stored = tmp_path / "data", tmp_path / "stored"
    assert run_ops("demo", str(data), "--days", "1", "--tasks", "4", "--rate", "3").exit_code == 0
    journals = [path for path in data.rglob("*stats*/**/*.gz") if path.is_file()]
    lines = [line for path in journals for line in gzip.decompress(path.read_bytes()).splitlines()]
    (data / "saved.jsonl").write_bytes(b"\n".join(lines[: len(lines) // 2]) + b"\n")
    assert materialize(data, stored) == 0
    assert_alike(data, stored, STATS + LOGS[:2])
