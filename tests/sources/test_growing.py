"""The fragment that `ops publish` appends to: a file at a journal's end, its own end open."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path

import pytest

from tests.cli import run_ops

JOURNAL = "ops/acmeCo/{}/kind=capture/name=acmeCo%2Fa/pivot=00"
HOUR = "utc_date=2026-11-25/utc_hour=04"
GROWING = "{:016x}-7fffffffffffffff-" + "0" * 40 + ".raw"
SHARD = (
    '"shard":{"kind":"capture","name":"acmeCo/a","keyBegin":"00000000","rClockBegin":"00000000"}'
)


def log(number: int) -> bytes:
    uuid = f"{number:08x}-e889-11f1-8000-8ff49c67b825"
    ts = f"2026-11-25T04:37:{number:02d}Z"
    text = (
        f'{{"_meta":{{"uuid":"{uuid}"}},{SHARD},"ts":"{ts}","level":"info","message":"{number}"}}'
    )
    return text.encode() + b"\n"


def stats(number: int, flags: int) -> bytes:
    uuid = f"{number:08x}-e889-11f1-800{flags}-8ff49c67b825"
    if flags == 2:
        return f'{{"_meta":{{"uuid":"{uuid}","ack":true}}}}\n'.encode()
    out = f'"capture":{{"acmeCo/c":{{"out":{{"docsTotal":{number},"bytesTotal":1}}}}}}'
    ts = f"2026-11-25T04:37:{number:02d}Z"
    return (
        f'{{"_meta":{{"uuid":"{uuid}"}},{SHARD},"ts":"{ts}","txnCount":1,"openSecondsTotal":1,{out}}}\n'
    ).encode()


def put_growing(data: Path, begin: int, content: bytes, documents: str = "logs") -> Path:
    path = data / JOURNAL.format(documents) / GROWING.format(begin)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def put_closed(data: Path, begin: int, content: bytes, documents: str = "logs") -> None:
    folder = data / JOURNAL.format(documents) / HOUR
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{begin:016x}-{begin + len(content):016x}-{hashlib.sha1(content).hexdigest()}.gz"
    (folder / name).write_bytes(gzip.compress(content))


def messages(data: Path, *options: str) -> list[int]:
    """The numbers of the logs that are read; nothing is said of them."""
    done = run_ops("logs", "--json", "--data", str(data), *options)
    assert (done.stderr, done.exit_code) == ("", 0)
    return [int(json.loads(line)["message"]) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("options", [[], ["--verify"], ["--since", "2026-11-25T04:37:00Z"]])
def test_it_is_read_as_the_end_of_its_journal(tmp_path: Path, options: list[str]) -> None:
    closed = log(1) + log(2)
    put_closed(tmp_path, 0, closed)
    put_growing(tmp_path, len(closed), log(3))
    assert messages(tmp_path, *options) == [1, 2, 3]


def test_a_growing_file_that_was_closed_meanwhile_counts_once(tmp_path: Path) -> None:
    closed = log(1) + log(2)
    put_closed(tmp_path, 0, closed)
    put_growing(tmp_path, 0, closed)
    put_growing(tmp_path, len(closed), log(3))
    assert messages(tmp_path) == [1, 2, 3]


def test_two_folders_with_a_journal_of_one_name_are_told(tmp_path: Path) -> None:
    """Nobody can tell them apart; an older copy of the same file says nothing else either."""
    put_growing(tmp_path / "a", 0, log(1) + log(2))
    put_growing(tmp_path / "b", 0, log(3))
    done = run_ops("logs", "--json", "-d", str(tmp_path / "a"), "-d", str(tmp_path / "b"))
    assert len(done.stdout.splitlines()) == 2
    assert "or of another journal that has its name; only one of them is read" in done.stderr


def test_one_that_is_empty_is_no_problem(tmp_path: Path) -> None:
    put_closed(tmp_path, 0, log(1))
    put_growing(tmp_path, len(log(1)), b"")
    assert messages(tmp_path) == [1]


def test_a_line_that_is_being_written_is_passed_over(tmp_path: Path) -> None:
    put_growing(tmp_path, 0, log(1) + log(2)[:100])
    assert messages(tmp_path) == [1]
    done = run_ops("logs", "--verbose", "--data", str(tmp_path))
    assert "1 last line still being written" in done.stderr


def test_its_end_is_where_it_ends_and_not_what_its_name_says(tmp_path: Path) -> None:
    path = put_growing(tmp_path, 100, log(1))
    done = run_ops(
        "sql", "SELECT begin_offset, end_offset FROM files", "--json", "-d", str(tmp_path)
    )
    assert json.loads(done.stdout) == {
        "begin_offset": 100,
        "end_offset": 100 + path.stat().st_size,
    }


def test_a_transaction_may_be_acknowledged_behind_a_closed_fragment(tmp_path: Path) -> None:
    closed = stats(1, 1)
    put_closed(tmp_path, 0, closed, "stats")
    growing = put_growing(tmp_path, len(closed), stats(2, 1), "stats")
    assert committed(tmp_path) == []
    growing.write_bytes(stats(2, 1) + stats(3, 2))
    assert committed(tmp_path) == [1, 2]


def committed(data: Path) -> list[int]:
    done = run_ops("sql", "SELECT out_docs FROM bindings ORDER BY 1", "--json", "-d", str(data))
    return [int(json.loads(line)["out_docs"]) for line in done.stdout.splitlines()]
