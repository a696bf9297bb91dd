"""Which fragments of a journal are read, so that every byte of it is read once: FORMATS §2."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flowctl_ops.sources.cover import Cover, cover
from flowctl_ops.sources.files import Codec, FileFormat, SourceFile
from tests.sources.builders import fragment

OTHER = "ops/acmeCo/logs/kind=capture/name=acmeCo/b/pivot=00"

Ranges = list[tuple[int, int]]
Reads = list[tuple[int, int, int]]  # begin, end, and how many bytes of it an earlier one holds


def reads(covered: Cover) -> Reads:
    return [(*span(file), file.skip) for file in covered.used]


def unneeded(covered: Cover) -> Ranges:
    return sorted(span(file) for file in covered.unneeded)


def holes(covered: Cover) -> Ranges:
    return [(hole.begin, hole.end) for hole in covered.holes]


def span(file: SourceFile) -> tuple[int, int]:
    assert file.fragment is not None
    return file.fragment.begin, file.fragment.end


def fragments(ranges: Iterable[tuple[int, int]]) -> list[SourceFile]:
    return [fragment(begin, end, copy=f".{copy}") for copy, (begin, end) in enumerate(ranges)]


def test_the_example_of_the_formats() -> None:
    files = [
        fragment(0x000, 0x300),
        fragment(0x100, 0x300),
        fragment(0x300, 0x520),
        fragment(0x400, 0x700),
        fragment(0x700, 0x900, hour=23),
        fragment(0x700, 0x900, hour=24),
        fragment(0xA00, 0xB00, hour=25),
    ]
    covered = cover(files)
    assert reads(covered) == [
        (0x000, 0x300, 0),
        (0x300, 0x520, 0),
        (0x400, 0x700, 0x120),
        (0x700, 0x900, 0),
        (0xA00, 0xB00, 0),
    ]
    assert unneeded(covered) == [(0x100, 0x300), (0x700, 0x900)]
    assert holes(covered) == [(0x900, 0xA00)]
    assert covered.conflicts == []


CASES: dict[str, tuple[Ranges, Reads, Ranges]] = {
    "one": ([(0, 9)], [(0, 9, 0)], []),
    "one that does not begin the journal": ([(5, 9)], [(5, 9, 0)], []),
    "one after the other": ([(0, 3), (3, 6)], [(0, 3, 0), (3, 6, 0)], []),
    "contained at the beginning": ([(0, 3), (0, 6)], [(0, 6, 0)], []),
    "contained in the middle": ([(0, 9), (3, 6), (9, 12)], [(0, 9, 0), (9, 12, 0)], []),
    "contained at the end, the journal's last": ([(0, 9), (6, 9)], [(0, 9, 0)], []),
    "contained in two together": ([(0, 4), (2, 6), (4, 8)], [(0, 4, 0), (4, 8, 0)], []),
    "equal": ([(0, 9), (0, 9), (9, 12)], [(0, 9, 0), (9, 12, 0)], []),
    "equal, the journal's last": ([(0, 3), (3, 9), (3, 9)], [(0, 3, 0), (3, 9, 0)], []),
    "staggered": ([(0, 4), (2, 6)], [(0, 4, 0), (2, 6, 2)], []),
    "staggered, the further one wins": ([(0, 4), (2, 6), (3, 9)], [(0, 4, 0), (3, 9, 1)], []),
    "a chain of staggered": (
        [(0, 4), (3, 7), (6, 10), (9, 13)],
        [(0, 4, 0), (3, 7, 1), (6, 10, 1), (9, 13, 1)],
        [],
    ),
    "a hole": ([(0, 3), (5, 9)], [(0, 3, 0), (5, 9, 0)], [(3, 5)]),
    "a hole behind a contained one": (
        [(0, 3), (1, 2), (5, 9)],
        [(0, 3, 0), (5, 9, 0)],
        [(3, 5)],
    ),
    "two holes": ([(2, 3), (5, 6), (8, 9)], [(2, 3, 0), (5, 6, 0), (8, 9, 0)], [(3, 5), (6, 8)]),
    "staggered behind a hole": (
        [(0, 3), (5, 9), (7, 12)],
        [(0, 3, 0), (5, 9, 0), (7, 12, 2)],
        [(3, 5)],
    ),
    "zero length": ([(0, 3), (3, 3), (3, 6)], [(0, 3, 0), (3, 6, 0)], []),
    "zero length in a hole": ([(0, 3), (4, 4), (5, 6)], [(0, 3, 0), (5, 6, 0)], [(3, 5)]),
    "zero length alone": ([(0, 0)], [], []),
    "an end before its beginning": ([(0, 3), (9, 2)], [(0, 3, 0)], []),
}


@pytest.mark.parametrize(("ranges", "read", "missing"), CASES.values(), ids=list(CASES))
def test_every_byte_is_read_once(ranges: Ranges, read: Reads, missing: Ranges) -> None:
    covered = cover(fragments(ranges))
    assert reads(covered) == read
    assert holes(covered) == missing
    assert len(covered.used) + len(covered.unneeded) == len(ranges)


@pytest.mark.parametrize("ranges", [case[0] for case in CASES.values()], ids=list(CASES))
def test_the_order_in_which_files_are_found_does_not_matter(ranges: Ranges) -> None:
    files = fragments(ranges)
    shuffled = Random(7).sample(files, len(files))
    one, other = cover(files), cover(shuffled)
    assert one.used == other.used
    assert one.holes == other.holes
    assert unneeded(one) == unneeded(other)


def test_equal_ranges_below_two_hours_are_one() -> None:
    covered = cover([fragment(0, 9, hour=24), fragment(0, 9, hour=23)])
    assert len(covered.used) == 1
    assert covered.conflicts == []


def test_equal_ranges_with_other_bytes_are_a_conflict_and_one_of_them_is_read() -> None:
    covered = cover([fragment(0, 9, sha1="1"), fragment(0, 9, sha1="2")])
    assert reads(covered) == [(0, 9, 0)]
    assert [problem.where for problem in covered.conflicts] == [covered.unneeded[0].shown]
    assert covered.used[0].shown in covered.conflicts[0].reason


def test_of_equal_ranges_the_one_that_the_engine_can_read_is_taken() -> None:
    snappy = fragment(0, 9, codec=Codec.SNAPPY, copy=".a")
    gzip = fragment(0, 9, codec=Codec.GZIP, copy=".b")
    assert cover([snappy, gzip]).used == [gzip]


def test_offsets_of_different_journals_are_unrelated() -> None:
    covered = cover([fragment(0, 9), fragment(0, 9, of=OTHER), fragment(12, 15, of=OTHER)])
    assert reads(covered) == [(0, 9, 0), (0, 9, 0), (12, 15, 0)]
    assert [hole.journal for hole in covered.holes] == [OTHER]


def test_a_hole_knows_the_hours_on_both_sides() -> None:
    [hole] = cover([fragment(0, 3, hour=5), fragment(4, 6, hour=9)]).holes
    assert (hole.hour_before, hole.hour_after) == (5, 9)


def test_nothing_covers_nothing() -> None:
    assert cover([]) == Cover()


@pytest.mark.parametrize("lacking", ["journal", "fragment"])
def test_a_file_of_no_journal_is_refused(lacking: str) -> None:
    file = SourceFile("/a", "a", FileFormat.JSON, Codec.NONE)
    if lacking == "fragment":
        file = replace(file, journal=fragment(0, 9).journal)
    with pytest.raises(ValueError, match="/a is no"):
        cover([file])


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 12)), max_size=14), st.randoms())
@example([(0, 9), (6, 3)], Random(0))
@settings(max_examples=300, derandomize=True, database=None, deadline=None)
def test_any_fragments_give_every_byte_that_one_of_them_holds_once(
    spans: list[tuple[int, int]], random: Random
) -> None:
    """The oracle is a map of bytes, which knows nothing of ranges."""
    ranges = [(begin, begin + length) for begin, length in spans]
    held = {byte for begin, end in ranges for byte in range(begin, end)}
    files = fragments(ranges)
    random.shuffle(files)
    covered = cover(files)
    read = [byte for begin, end, skip in reads(covered) for byte in range(begin + skip, end)]
    assert read == sorted(held)
    assert max(Counter(read).values(), default=1) == 1
    missing = {byte for begin, end in holes(covered) for byte in range(begin, end)}
    assert missing == set(range(min(held, default=0), max(held, default=0))) - held
    paths = [file.path for file in [*covered.used, *covered.unneeded]]
    assert sorted(paths) == sorted(file.path for file in files)
