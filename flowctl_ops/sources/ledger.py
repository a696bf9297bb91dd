"""What has been read while files grow and come, and what of them has not: each line once.

Of a journal, ranges of its bytes: whatever holds them next, the open file or the closed fragment or
a copy, gives no more than what is missing. Of any other file its inode, the bytes at both ends of
what was read, and how far that went, so that a file that was renamed goes on, one that was cut off
or written anew begins again, and what a rotation copied or compressed is not given once more.
"""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from flowctl_ops.sources import cut
from flowctl_ops.sources.files import FileFormat, SourceFile
from flowctl_ops.sources.growth import (
    Growth,
    base_of,
    good_text,
    inflated,
    piece_of,
    suffix_of,
    unpacks_to,
    within,
)
from flowctl_ops.sources.ranges import Range, Ranges
from flowctl_ops.sources.resting import as_it_is, is_fresh, is_settled, is_whole, stamp_of
from flowctl_ops.vocabulary import Collection

_MOST_OPEN = 64  # files kept open, so that what a rotation takes away is read to its end
_LEAVING = 60.0  # seconds for which a file that is gone from its place is read on
_UNOPENED = (FileNotFoundError, PermissionError)


@dataclass
class _Held:
    """A file that is not whole yet: since when it has been as it is; `named` once it was.

    It is `tried` whether it is whole once it does not change from one look to the next.
    """

    file: SourceFile
    stamp: tuple[int, int]
    since: float
    named: bool = False
    tried: bool = True


class Ledger:
    """What has been read, and in a folder of ours the pieces that are being read.

    A file that stays broken for `patience` seconds is read as far as it goes, once.
    """

    def __init__(self, folder: Path, patience: float = 10.0) -> None:
        self._folder = folder
        self._patience = patience
        self._numbers = itertools.count()
        self._journals: dict[str, Ranges] = {}
        self._growths: dict[tuple[int, int], Growth] = {}
        self._by_path: dict[str, Growth] = {}
        self._opened: dict[Growth, None] = {}
        self._leaving: dict[Growth, float] = {}
        self._held: dict[str, _Held] = {}
        self._pieces: list[Path] = []
        self._has_begun = False

    def first(
        self, files: Sequence[SourceFile], moving: AbstractSet[str] = frozenset()
    ) -> list[SourceFile]:
        """Give what there is at first: what is being written as pieces, all else where it lies.

        The paths that are `moving` are known to be written.
        """
        given: list[SourceFile] = []
        for file in sorted(_of_logs(files), key=_closed_first):
            if file.fragment is not None:
                if not file.fragment.growing and not is_fresh(file):
                    self._ranges(file).add(file.fragment.begin, file.fragment.end)
                    given.append(file)
                    continue
            elif file.path not in moving and is_settled(file):
                with suppress(*_UNOPENED):
                    self._add(Growth(file, file.size))
                    given.append(file)
                    continue
            given += self._offer(file)
        self._has_begun = True
        return given

    def arrival(self, files: Sequence[SourceFile], gone: Sequence[str] = ()) -> list[SourceFile]:
        """Give what has come since: pieces of what grew, and new files that are whole."""
        for path in gone:
            self._leave(self._by_path.pop(path, None))
            self._held.pop(path, None)
        offered = {file.path: file for file in _of_logs(files)}
        order = sorted(offered.values(), key=lambda file: (file.path in self._by_path, file.order))
        given = [p for file in order if file.path not in self._held for p in self._offer(file)]
        for held in list(self._held.values()):
            given += self._offer_again(held)
        given += self._rests()
        return given

    @property
    def is_waiting(self) -> bool:
        """Tell whether something is to be looked at again though it does not change."""
        return bool(self._held or self._leaving)

    def settle(self, files: Sequence[SourceFile], lost: set[str]) -> None:
        """Take back what could not be read of files that were given: what is lost, by its name."""
        for file in files:
            if file.shown not in lost or file.piped:
                continue
            growth = self._by_path.get(file.path)
            if file.fragment is not None:
                begin = file.fragment.begin
                self._ranges(file).remove(begin + good_text(file), file.fragment.end)
                self._hold(file, named=True)
            elif growth is not None and not growth.is_plain:
                growth.begin_again(good_text(file) if file.format is FileFormat.JSON else 0)
                self._hold(file, named=True)

    def clear(self) -> None:
        """Remove the pieces that have been read."""
        for path in self._pieces:
            path.unlink(missing_ok=True)
        self._pieces.clear()

    def close(self) -> None:
        """Let go of every file."""
        for growth in (*self._growths.values(), *self._leaving):
            growth.close()

    def _offer(self, file: SourceFile, *, last: bool = False) -> Iterator[SourceFile]:
        with suppress(*_UNOPENED):  # as the next look finds, too
            if file.fragment is not None:
                yield from self._fragment(file, last=last)
            else:
                yield from self._grown(file, last=last)

    def _offer_again(self, held: _Held) -> Iterator[SourceFile]:
        """Look at a file again that was not whole, if it changed or is given up on."""
        try:
            stamp = stamp_of(held.file.path)
        except OSError:
            self._held.pop(held.file.path, None)
            return
        if stamp != held.stamp:
            held.stamp, held.since, held.tried = stamp, time.monotonic(), False
        elif not held.tried:
            held.tried, held.file = True, as_it_is(held.file)
            yield from self._offer(held.file)
        elif not held.named and time.monotonic() - held.since > self._patience:
            held.named = True
            yield from self._offer(held.file, last=True)

    def _hold(self, file: SourceFile, *, named: bool = False) -> None:
        with suppress(OSError):
            new = _Held(file, stamp_of(file.path), time.monotonic())
            known = self._held.setdefault(file.path, new)
            known.named |= named

    # ── Journals ────────────────────────────────────────────────────────────────────────────────

    def _ranges(self, file: SourceFile) -> Ranges:
        name = file.journal.name if file.journal else file.path
        return self._journals.setdefault(name, Ranges())

    def _fragment(self, file: SourceFile, *, last: bool) -> Iterator[SourceFile]:
        fragment = file.fragment
        if fragment is None:
            return
        ranges = self._ranges(file)
        if fragment.growing:
            size = os.stat(file.path).st_size
            for missing in ranges.missing(fragment.begin, fragment.begin + size):
                yield from self._from_open(file, missing, ranges)
            return
        wanted = ranges.missing(fragment.begin, fragment.end)
        if wanted and not (last or is_whole(file)):
            self._hold(file)
            return
        self._held.pop(file.path, None)
        if wanted == [(fragment.begin, fragment.end)]:
            ranges.add(*wanted[0])
            yield file
            return
        for begin, end in wanted:
            part = inflated(
                file, self._path(".jsonl"), begin - fragment.begin, end - fragment.begin
            )
            ranges.add(begin, end)
            if part is not None:
                yield within(part, begin)

    def _from_open(self, file: SourceFile, wanted: Range, ranges: Ranges) -> Iterator[SourceFile]:
        """Give what is whole of a range of an open fragment."""
        begin, end = wanted
        lines = cut.Lines()
        path = self._path(".jsonl")
        size = 0
        with open(file.path, "rb") as source, path.open("wb") as stream:
            source.seek(begin - (file.fragment.begin if file.fragment else 0))
            left = end - begin
            while left and (chunk := source.read(min(left, 1 << 20))):
                left -= len(chunk)
                size += stream.write(lines.feed(chunk))
            size += stream.write(lines.settle())
        if size:
            ranges.add(begin, begin + size)
            yield within(piece_of(file, path, size), begin)
        else:
            path.unlink()

    # ── Other files ─────────────────────────────────────────────────────────────────────────────

    def _grown(self, file: SourceFile, *, last: bool) -> Iterator[SourceFile]:
        growth = self._growth(file)
        yield from self._rests()  # of what was in its place: it was written before
        piece = growth.piece(self._path(suffix_of(file)), last=last)
        if piece is not None:
            self._held.pop(file.path, None)
            yield piece
        elif not growth.is_plain and growth.size > growth.offset:
            self._hold(file)

    def _growth(self, file: SourceFile) -> Growth:
        """Find how far a file was read, be it under another name, or begin with it.

        Raises:
            OSError: if it cannot be opened.
        """
        found = Growth(file)
        known = self._growths.get(found.key)
        if known is not None and found.descriptor is not None:
            if known.has_given and known.is_same(found.descriptor):
                found.close()
                if self._by_path.get(known.file.path) is known:
                    del self._by_path[known.file.path]
                known.reopen(file)
                self._leaving.pop(known, None)
                return self._add(known)
            known.close()  # it was cut off, or begun anew in its place
        original = self._original(found) if self._has_begun else None
        if original is not None:
            found.goes_on_as(original)
        return self._add(found)

    def _add(self, growth: Growth) -> Growth:
        before = self._by_path.pop(growth.file.path, None)
        if before is not None and before is not growth:
            self._leave(before)
        self._growths[growth.key] = self._by_path[growth.file.path] = growth
        self._opened.pop(growth, None)
        self._opened[growth] = None
        if len(self._opened) > _MOST_OPEN:
            oldest = next(iter(self._opened))
            oldest.close()
            del self._opened[oldest]
        return growth

    def _original(self, copied: Growth) -> Growth | None:
        """Find the file that a rotation has copied, or compressed, into a new one."""
        file, descriptor = copied.file, copied.descriptor
        if descriptor is None or file.size == 0 or file.path == base_of(file.path):
            return None
        best: Growth | None = None
        for other in (*self._growths.values(), *self._leaving):
            is_one = other.has_given and other.is_plain and other.file.path != file.path
            if not is_one or base_of(other.file.path) != base_of(file.path):
                continue
            is_copy = copied.is_plain and other.begins_like(descriptor)
            is_copy = is_copy or (not copied.is_plain and unpacks_to(file, other))
            if is_copy and (best is None or best.offset < other.offset):
                best = other
        return best

    def _leave(self, growth: Growth | None) -> None:
        """Read a text on for a while that is gone from its place."""
        if growth is None or self._by_path.get(growth.file.path) is growth:
            return
        if growth.is_plain:
            self._leaving.setdefault(growth, time.monotonic())
        else:
            growth.close()

    def _rests(self) -> Iterator[SourceFile]:
        """Give what was written to files that are gone from their places."""
        for growth, since in list(self._leaving.items()):
            growth.check()
            piece = growth.piece(self._path(suffix_of(growth.file)))
            if piece is not None:
                self._leaving[growth] = time.monotonic()
                yield replace(piece, piped=True)
            elif time.monotonic() - since > _LEAVING:
                del self._leaving[growth]
                growth.close()
                if self._growths.get(growth.key) is growth:
                    del self._growths[growth.key]

    def _path(self, suffix: str) -> Path:
        path = self._folder / f"{next(self._numbers):08d}{suffix}"
        self._pieces.append(path)
        return path


def _of_logs(files: Sequence[SourceFile]) -> list[SourceFile]:
    return [file for file in files if file.may_hold(Collection.LOGS)]


def _closed_first(file: SourceFile) -> tuple[bool, tuple[str, str, int, str]]:
    return file.fragment is not None and file.fragment.growing, file.order
