"""Damaged fragments: known by their lengths, read for bytes alone that no sound one holds."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowctl_ops.sources import members
from flowctl_ops.sources.cover import cover
from flowctl_ops.sources.files import SourceFile
from tests.cli import Completed, run_ops
from tests.sources.builders import fragment

JOURNAL = "ops/acmeCo/logs/kind=capture/name={}/pivot=00/utc_date=2026-10-05/utc_hour=10"
LINES = [
    json.dumps(
        {
            "shard": {"kind": "capture", "name": "acmeCo/a", "keyBegin": "0", "rClockBegin": "0"},
            "ts": f"2026-10-05T10:00:{n:02d}Z",
            "level": "info",
            "message": f"m{n}",
            "fields": {"noise": hashlib.sha1(bytes([n])).hexdigest() * 8},
        }
    ).encode()
    + b"\n"
    for n in range(30)
]
ALL = [f"m{n}" for n in range(30)]


def offset(line: int) -> int:
    return sum(map(len, LINES[:line]))


def put(
    root: Path, begin: int, end: int, stored: Callable[[bytes], bytes], extension: str = ".gz"
) -> Path:
    """Put the lines [begin, end) of the journal, stored in a way that may damage them."""
    content = b"".join(LINES[begin:end])
    digest = hashlib.sha1(content).hexdigest()
    folder = root / JOURNAL.format(quote("acmeCo/a", safe=""))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{offset(begin):016x}-{offset(end):016x}-{digest}{extension}"
    path.write_bytes(stored(content))
    return path


def by_members(content: bytes) -> bytes:
    lines = content.splitlines(keepends=True)
    return b"".join(gzip.compress(b"".join(lines[at : at + 5])) for at in range(0, len(lines), 5))


def without_last_member(content: bytes) -> bytes:
    return by_members(b"".join(content.splitlines(keepends=True)[:-5]))


def cut(content: bytes) -> bytes:
    whole = gzip.compress(content)
    return whole[: len(whole) // 2]


def garbage(content: bytes) -> bytes:
    return bytes(len(content))


def asked(root: Path) -> Completed:
    return run_ops("logs", "-d", str(root), "--json")


def messages(done: Completed) -> list[str]:
    return [json.loads(line)["message"] for line in done.stdout.splitlines()]


DAMAGE = {"the last member is missing": without_last_member, "cut in a member": cut}


@pytest.mark.parametrize("stored", DAMAGE.values(), ids=list(DAMAGE))
def test_a_damaged_fragment_hides_no_sound_ones(
    stored: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    bad = put(tmp_path, 0, 30, stored)
    for begin in range(0, 30, 10):
        put(tmp_path, begin, begin + 10, gzip.compress)
    done = asked(tmp_path)
    assert messages(done) == ALL
    assert str(bad) in done.stderr
    assert done.exit_code == 3


def test_garbage_where_a_fragment_should_be_hides_no_sound_ones(tmp_path: Path) -> None:
    bad = put(tmp_path, 0, 30, garbage)
    put(tmp_path, 0, 15, by_members)
    put(tmp_path, 15, 30, by_members)
    done = asked(tmp_path)
    assert (messages(done), done.exit_code) == (ALL, 3)
    assert str(bad) in done.stderr


@pytest.mark.parametrize("stored", DAMAGE.values(), ids=list(DAMAGE))
def test_a_damaged_fragment_gives_what_nobody_else_has(
    stored: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    bad = put(tmp_path, 0, 30, stored)
    put(tmp_path, 5, 30, gzip.compress)
    done = asked(tmp_path)
    assert (messages(done), done.exit_code) == (ALL, 3)
    assert str(bad) in done.stderr


def test_a_short_plain_fragment_hides_no_sound_ones(tmp_path: Path) -> None:
    bad = put(tmp_path, 0, 30, lambda content: content[:-100], ".raw")
    put(tmp_path, 20, 30, gzip.compress)
    done = asked(tmp_path)
    assert (messages(done), done.exit_code) == (ALL, 3)
    assert f"{bad}: holds" in done.stderr


def test_a_download_that_ended_between_members_is_named(tmp_path: Path) -> None:
    bad = put(tmp_path, 0, 30, without_last_member)
    done = asked(tmp_path)
    assert (messages(done), done.exit_code) == (ALL[:-5], 3)
    assert f"{bad}: holds {offset(25)} bytes where its name says {offset(30)}" in done.stderr


@pytest.mark.parametrize("stored", [gzip.compress, by_members], ids=["one member", "many"])
def test_sound_fragments_say_nothing(stored: Callable[[bytes], bytes], tmp_path: Path) -> None:
    put(tmp_path, 0, 30, stored)
    done = asked(tmp_path)
    assert (messages(done), done.exit_code, done.stderr) == (ALL, 0, "")


@settings(deadline=None)
@given(st.lists(st.binary(max_size=300), min_size=1, max_size=6))
def test_trailers_tell_the_length(
    tmp_path_factory: pytest.TempPathFactory, parts: list[bytes]
) -> None:
    path = tmp_path_factory.mktemp("members") / "x.gz"
    path.write_bytes(b"".join(map(gzip.compress, parts)))
    assert members.tell_length(str(path), sum(map(len, parts)))
    assert not members.tell_length(str(path), sum(map(len, parts)) + 1)


@settings(deadline=None)
@given(st.binary(max_size=100))
def test_bytes_that_are_no_gzip_tell_no_length(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("members") / "x.gz"
    path.write_bytes(content)
    assert not members.tell_length(str(path), len(content) + 1)


SPANS = st.lists(
    st.tuples(st.integers(0, 20), st.integers(1, 8), st.one_of(st.none(), st.integers(0, 8))),
    min_size=1,
    max_size=8,
)


@settings(deadline=None)
@given(SPANS)
def test_each_byte_is_read_once_from_a_sound_file_if_there_is_one(
    spans: list[tuple[int, int, int | None]],
) -> None:
    files: list[SourceFile] = []
    good: dict[str, int] = {}
    sound: set[int] = set()
    readable: set[int] = set()
    for number, (begin, length, kept) in enumerate(spans):
        file = fragment(begin, begin + length, copy=str(number))
        files.append(file)
        if kept is None:
            sound |= set(range(begin, begin + length))
        else:
            good[file.path] = min(kept, length)
            readable |= set(range(begin, begin + good[file.path]))
    read: list[int] = []
    for file in cover(files, good).used:
        assert file.fragment is not None
        begin = file.fragment.begin + file.skip
        end = file.fragment.begin + good.get(file.path, file.fragment.end - file.fragment.begin)
        if file.take is not None:
            end = begin + file.take
        bytes_of_it = set(range(begin, end))
        assert file.path not in good or not bytes_of_it & sound
        read += sorted(bytes_of_it)
    assert read == sorted(sound | readable)


def test_thousands_of_empty_fragments_are_not_compared_with_each_other() -> None:
    files = [fragment(n, n, copy=str(n)) for n in range(20_000)]
    assert len(cover(files).unneeded) == 20_000
