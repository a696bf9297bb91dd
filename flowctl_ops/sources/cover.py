"""The cover rule: which fragments of a journal to read, so that each byte is read once.

Source: Gazette `broker/fragment/cover_set.go` and `index.go`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
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


def cover(files: Iterable[SourceFile], good: Mapping[str, int] | None = None) -> Cover:
    """Apply the rule to the fragments of every journal; files of no journal are not given here.

    `good` gives how many bytes of each damaged file, by path, can be read. Such a file is used for
    bytes alone that no sound one holds.
    """
    journals: dict[str, list[SourceFile]] = defaultdict(list)
    for file in files:
        journals[_journal(file)].append(file)
    result = Cover()
    for name in sorted(journals):
        _cover_journal(name, journals[name], good or {}, result)
    return result


def _cover_journal(
    name: str, files: list[SourceFile], good: Mapping[str, int], result: Cover
) -> None:
    sound: list[SourceFile] = []
    damaged: list[SourceFile] = []
    for file in files:
        if _range(file).begin >= _range(file).end:
            result.unneeded.append(file)
        else:
            (damaged if file.path in good else sound).append(file)
    sound.sort(key=_preference)
    _report_conflicts(sound, result)
    used = _walk(sound, result)
    if damaged:
        used = _filled(used, damaged, good, result)
    result.used.extend(used)
    for previous, following in pairwise(used):
        begin, end = _end(previous, good), _range(following).begin + following.skip
        if begin < end:
            hours = _range(previous).hour, _range(following).hour
            result.holes.append(Hole(name, begin, end, *hours))


def _walk(waiting: list[SourceFile], result: Cover) -> list[SourceFile]:
    """Take the fragments that reach furthest, one after the other."""
    used: list[SourceFile] = []
    cursor = position = 0
    while position < len(waiting):
        best, position = _furthest(waiting, position, cursor, result)
        if best is not None:
            used.append(replace(best, skip=cursor - _range(best).begin))
            cursor = _range(best).end
        elif position < len(waiting):
            cursor = _range(waiting[position]).begin
    return used


def _filled(
    used: list[SourceFile], damaged: list[SourceFile], good: Mapping[str, int], result: Cover
) -> list[SourceFile]:
    """Add to sound fragments what damaged ones hold of the bytes between them."""
    waiting = iter(sorted(damaged, key=lambda file: (_range(file).begin, file.path)))
    following = next(waiting, None)
    best: SourceFile | None = None
    filled: list[SourceFile] = []
    cursor = 0
    for sound in (*used, None):
        gap_end = None if sound is None else _range(sound).begin + sound.skip
        while gap_end is None or cursor < gap_end:
            while following is not None and _range(following).begin <= cursor:
                if best is None or _end(following, good) > _end(best, good):
                    best = following
                following = next(waiting, None)
            if best is not None and _end(best, good) > cursor:
                filled.append(_piece(best, cursor, gap_end, good))
                cursor = _end(filled[-1], good)
            elif following is not None and (gap_end is None or _range(following).begin < gap_end):
                cursor = _range(following).begin
            else:
                break
        if sound is not None:
            filled.append(sound)
            cursor = _range(sound).end
    paths = {file.path for file in filled}
    result.unneeded.extend(file for file in damaged if file.path not in paths)
    return filled


def _piece(file: SourceFile, cursor: int, end: int | None, good: Mapping[str, int]) -> SourceFile:
    """Give what a damaged file holds from the cursor to where a sound one goes on."""
    is_cut = end is not None and end < _end(file, good)
    return replace(
        file, skip=cursor - _range(file).begin, take=(end or 0) - cursor if is_cut else None
    )


def _end(file: SourceFile, good: Mapping[str, int]) -> int:
    """Give the offset behind the last byte that a file is used for."""
    fragment = _range(file)
    if file.take is not None:
        return fragment.begin + file.skip + file.take
    return min(fragment.begin + good.get(file.path, fragment.end), fragment.end)


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
