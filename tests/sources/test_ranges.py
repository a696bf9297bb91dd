"""Ranges of bytes, beside a set of them."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from flowctl_ops.sources.ranges import Ranges

RANGE = st.tuples(st.integers(0, 30), st.integers(0, 12)).map(lambda pair: (pair[0], sum(pair)))
STEP = st.tuples(st.booleans(), RANGE)


@given(steps=st.lists(STEP, max_size=12), asked=RANGE)
def test_they_are_a_set_of_offsets(
    steps: list[tuple[bool, tuple[int, int]]], asked: tuple[int, int]
) -> None:
    ranges, known = Ranges(), set[int]()
    for is_added, (begin, end) in steps:
        if is_added:
            ranges.add(begin, end)
            known |= set(range(begin, end))
        else:
            ranges.remove(begin, end)
            known -= set(range(begin, end))
    missing = ranges.missing(*asked)
    assert [at for begin, end in missing for at in range(begin, end)] == sorted(
        set(range(*asked)) - known
    )
    assert all(begin < end for begin, end in missing)
    assert all(one[1] < other[0] for one, other in pairwise(missing))


def test_what_touches_is_one_range() -> None:
    ranges = Ranges()
    for begin in (20, 0, 10):
        ranges.add(begin, begin + 10)
    assert ranges._begins == [0]  # noqa: SLF001 - memory stays flat
