"""Which fragments a time window can pass over, and which never: FORMATS §1.5."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flowctl_ops.filters import Window
from flowctl_ops.sources.cover import cover
from flowctl_ops.sources.files import Codec, FileFormat, SourceFile
from flowctl_ops.sources.prune import outside
from tests.sources.builders import fragment

HOUR = 3_600_000_000_000
MINUTE = HOUR // 60
OTHER = "ops/acmeCo/logs/kind=capture/name=acmeCo/b/pivot=00"


def kept(files: list[SourceFile], window: Window, slack: int = 24 * HOUR) -> list[int]:
    """The places of the fragments that stay."""
    dropped = outside(files, window, slack)
    return [place for place, file in enumerate(files) if file.path not in dropped]


def journal(*hours: int | None) -> list[SourceFile]:
    return [fragment(place * 10, place * 10 + 10, hour=hour) for place, hour in enumerate(hours)]


DAYS = (0, 24, 48, 72, 96)


@pytest.mark.parametrize(
    ("since", "until", "places"),
    [
        pytest.param(None, None, [0, 1, 2, 3, 4], id="open"),
        pytest.param(50, None, [2, 3, 4], id="since"),
        pytest.param(None, 25, [0, 1, 2], id="until, and a day in which it may be appended"),
        pytest.param(50, 51, [2, 3], id="an hour"),
        pytest.param(49, 51, [1, 2, 3], id="since, within a clock's skew of the next append"),
        pytest.param(500, 501, [4], id="behind all: the last one may hold anything later"),
        pytest.param(-100, -99, [], id="before all"),
        pytest.param(None, 72, [0, 1, 2, 3, 4], id="until, to the hour of the slack"),
        pytest.param(None, 71, [0, 1, 2, 3], id="until, an hour earlier"),
    ],
)
def test_of_fragments_of_a_day_those_that_cannot_hold_the_window_are_dropped(
    since: int | None, until: int | None, places: list[int]
) -> None:
    window = Window(
        None if since is None else since * HOUR, None if until is None else until * HOUR
    )
    assert kept(journal(*DAYS), window) == places


def test_slack_is_how_late_a_document_may_be_appended() -> None:
    window = Window(None, 25 * HOUR)
    assert kept(journal(*DAYS), window, slack=0) == [0, 1]
    assert kept(journal(*DAYS), window, slack=47 * HOUR) == [0, 1, 2, 3]


def test_the_last_fragment_of_a_journal_is_never_too_old() -> None:
    assert kept([fragment(0, 10, hour=0)], Window(since=10_000 * HOUR)) == [0]


def test_the_first_fragment_of_another_journal_says_nothing_about_this_one() -> None:
    files = [fragment(0, 10, hour=0), fragment(10, 20, hour=900, of=OTHER)]
    assert kept(files, Window(since=500 * HOUR)) == [0, 1]


def test_a_fragment_may_span_many_days_until_the_next_one_opens() -> None:
    """Between 2022 and 2023 fragments were not flushed by the clock at all."""
    assert kept(journal(0, 240), Window(100 * HOUR, 101 * HOUR)) == [0]
    assert kept(journal(0, 240), Window(239 * HOUR, 240 * HOUR)) == [0, 1]


def test_a_fragment_that_the_next_one_overlaps_is_not_taken_for_closed() -> None:
    staggered = [fragment(0, 10, hour=0), fragment(8, 20, hour=24), fragment(20, 30, hour=48)]
    assert kept(staggered, Window(since=40 * HOUR)) == [0, 1, 2]


@pytest.mark.parametrize("window", [Window(since=500 * HOUR), Window(until=-500 * HOUR)])
def test_a_fragment_that_does_not_say_its_hour_is_kept(window: Window) -> None:
    assert kept(journal(None), window) == [0]


def test_what_precedes_a_fragment_without_an_hour_is_kept() -> None:
    assert kept(journal(0, None, 48), Window(since=500 * HOUR)) == [0, 2]


def test_a_file_that_is_no_fragment_is_kept() -> None:
    saved = SourceFile("/saved.jsonl", "saved.jsonl", FileFormat.JSON, Codec.NONE)
    assert kept([saved, saved], Window(500 * HOUR, 501 * HOUR)) == [0, 1]


@dataclass(frozen=True)
class Append:
    """A document of one byte, of a time of its own, appended at another (ns)."""

    appended: int
    ts: int


SLACK = 6 * HOUR
SKEW = HOUR
APPENDS = st.lists(
    st.tuples(
        st.integers(0, 9 * 60),  # minutes since the append before
        st.integers(-SLACK // MINUTE, SKEW // MINUTE),  # how far the document's time lies off
        st.booleans(),  # whether a fragment ends here
    ),
    min_size=1,
    max_size=25,
)


def appends(steps: list[tuple[int, int, bool]]) -> list[Append]:
    clock = 0
    history: list[Append] = []
    for waited, offset, _ in steps:
        clock += waited * MINUTE
        history.append(Append(clock, clock + offset * MINUTE))
    return history


def rolled(history: list[Append], ends: list[int], overlap: int) -> list[SourceFile]:
    """One fragment from each end to the next; each reaches as far back as `overlap`."""
    return [
        fragment(
            max(begin - overlap, 0), end, hour=history[max(begin - overlap, 0)].appended // HOUR
        )
        for begin, end in pairwise(ends)
    ]


@given(
    APPENDS,
    st.integers(0, 24),
    st.integers(-90, 90),
    st.sampled_from([1, 60, 3000]),
    st.sampled_from([0, 0, 1, 2]),
)
@example([(0, 0, True), (480, 60, True), (59, 0, True)], 1, 0, 1, 0)
@settings(max_examples=500, derandomize=True, database=None, deadline=None)
def test_no_fragment_with_a_document_of_the_window_is_dropped(
    steps: list[tuple[int, int, bool]], near: int, offset: int, minutes: int, overlap: int
) -> None:
    """Documents are late by at most the slack and early by at most the skew; fragments overlap.

    The window opens `offset` minutes from the time of one of the documents.
    """
    history = appends(steps)
    since = history[near % len(history)].ts + offset * MINUTE
    until = since + minutes * MINUTE
    ends = [0, *(place for place, step in enumerate(steps) if step[2] and place), len(steps)]
    used = cover(rolled(history, ends, overlap)).used
    dropped = outside(used, Window(since, until), SLACK)
    read = [file for file in used if file.path not in dropped]
    seen = {
        place
        for file in read
        if file.fragment is not None
        for place in range(file.fragment.begin + file.skip, file.fragment.end)
    }
    wanted = {place for place, document in enumerate(history) if since <= document.ts < until}
    assert wanted <= seen
