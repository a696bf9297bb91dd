"""Which fragments can hold documents of a time window, by the hour of their first append.

A fragment's hour says when its first document was appended, nothing about the
last; a document's own time may lie before its append by the slack, and after it by a clock's skew.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from flowctl_ops.filters import HOUR_NS, Window
from flowctl_ops.sources.files import SourceFile

DEFAULT_SLACK_NS = 24 * HOUR_NS
_SKEW_NS = HOUR_NS


def outside(
    files: Sequence[SourceFile],
    window: Window,
    slack: int = DEFAULT_SLACK_NS,
    *,
    next_too: bool = False,
) -> set[str]:
    """Give the paths of those covered fragments that cannot hold a document of the window.

    `files` are in journal order and offset order; `slack` is in nanoseconds. With `next_too` the
    fragment behind the last one kept stays: an acknowledgement of its documents may be there.
    """
    if window.is_open:
        return set()
    dropped = {file.path for file in files if _appended_too_late(file, window, slack)}
    for file, following in pairwise(files):
        if _same_journal(file, following) and _closed_too_early(file, following, window):
            dropped.add(file.path)
    if next_too:
        dropped -= {
            following.path
            for file, following in pairwise(files)
            if _same_journal(file, following) and file.path not in dropped
        }
    return dropped


def told(files: Sequence[SourceFile]) -> tuple[int | None, int | None]:
    """Give the times in ns between which the first appends of fragments lie, by their names."""
    hours = [f.fragment.hour for f in files if f.fragment and f.fragment.hour is not None]
    if not hours:
        return None, None
    return min(hours) * HOUR_NS, (max(hours) + 1) * HOUR_NS


def _appended_too_late(file: SourceFile, window: Window, slack: int) -> bool:
    hour = file.fragment.hour if file.fragment else None
    return hour is not None and window.until is not None and hour * HOUR_NS > window.until + slack


def _closed_too_early(file: SourceFile, following: SourceFile, window: Window) -> bool:
    """All of a fragment was appended before the next one opened, if they do not overlap."""
    if window.since is None or file.fragment is None or following.fragment is None:
        return False
    next_hour = following.fragment.hour
    if next_hour is None or following.fragment.begin < file.fragment.end:
        return False
    return (next_hour + 1) * HOUR_NS <= window.since - _SKEW_NS


def _same_journal(file: SourceFile, following: SourceFile) -> bool:
    return (
        file.journal is not None
        and following.journal is not None
        and file.journal.name == following.journal.name
    )
