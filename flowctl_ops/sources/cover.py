"""The cover rule: which fragments of a journal to read, so that each byte is read once.

Source: Gazette `broker/fragment/cover_set.go` and `index.go`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise

from flowctl_ops.sources.files import Codec, Problem, SourceFile
from flowctl_ops.sources.journals import Fragment


@dataclass(frozen=True)
class Hole:
    """Bytes [begin, end) of a journal that no fragment holds, between two that do."""

    journal: str
    begin: int
    end: int
    hour_before: int | None
    hour_after: int | None


@dataclass
class Cover:
    """Fragments in offset order with what to skip, those that are not needed, and what is amiss."""

    used: list[SourceFile] = field(default_factory=list)
    unneeded: list[SourceFile] = field(default_factory=list)
    holes: list[Hole] = field(default_factory=list)
    conflicts: list[Problem] = field(default_factory=list)


def cover(files: Iterable[SourceFile]) -> Cover:
    """Apply the rule to the fragments of every journal; files of no journal are not given here."""
    journals: dict[str, list[SourceFile]] = defaultdict(list)
    for file in files:
        journals[_journal(file)].append(file)
    result = Cover()
    for name in sorted(journals):
        _cover_journal(name, journals[name], result)
    return result


def _cover_journal(name: str, files: list[SourceFile], result: Cover) -> None:
    empty = [file for file in files if _range(file).begin >= _range(file).end]
    result.unneeded.extend(empty)
    waiting = sorted((file for file in files if file not in empty), key=_preference)
    _report_conflicts(waiting, result)
    previous: SourceFile | None = None
    cursor = 0
    position = 0
    while position < len(waiting):
        best, position = _furthest(waiting, position, cursor, result)
        if best is None and position == len(waiting):
            break
        if best is None:
            begin = _range(waiting[position]).begin
            if previous is not None:
                result.holes.append(_hole(name, cursor, waiting[position], previous))
            cursor = begin
            continue
        fragment = _range(best)
        result.used.append(replace(best, skip=cursor - fragment.begin))
        previous, cursor = best, fragment.end


def _furthest(
    waiting: list[SourceFile], position: int, cursor: int, result: Cover
) -> tuple[SourceFile | None, int]:
    """Take of the fragments that begin at or before the cursor the one that reaches furthest."""
    best: SourceFile | None = None
    while position < len(waiting) and _range(waiting[position]).begin <= cursor:
        file = waiting[position]
        if _range(file).end <= cursor or (best and _range(file).end <= _range(best).end):
            result.unneeded.append(file)
        else:
            if best:
                result.unneeded.append(best)
            best = file
        position += 1
    return best, position


def _preference(file: SourceFile) -> tuple[int, int, bool, str]:
    fragment = _range(file)
    return fragment.begin, -fragment.end, file.codec is Codec.SNAPPY, file.path


def _report_conflicts(waiting: list[SourceFile], result: Cover) -> None:
    for one, other in pairwise(waiting):
        a, b = _range(one), _range(other)
        if a.growing and b.growing and b.begin < a.end:
            result.conflicts.append(
                Problem(
                    other.shown,
                    f"is a copy of {one.shown}, or of another journal that has its name",
                )
            )
        known = not (a.growing or b.growing)
        if known and (a.begin, a.end) == (b.begin, b.end) and a.sha1 != b.sha1:
            result.conflicts.append(
                Problem(other.shown, f"holds other bytes than {one.shown}, which has its range")
            )


def _hole(name: str, cursor: int, following: SourceFile, previous: SourceFile) -> Hole:
    after = _range(following)
    return Hole(name, cursor, after.begin, _range(previous).hour, after.hour)


def _journal(file: SourceFile) -> str:
    if file.journal is None:
        message = f"{file.path} is no journal's"
        raise ValueError(message)
    return file.journal.name


def _range(file: SourceFile) -> Fragment:
    if file.fragment is None:
        message = f"{file.path} is no fragment"
        raise ValueError(message)
    return file.fragment
