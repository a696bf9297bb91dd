"""Which files a run reads: those that are new, and those that were open when they were read last.

What was settled then need not be read again if the new files go on behind it: each fragment where
its journal ended, each producer's clock above its last. Then what counts of the new ones is what
would count of all of them, and what counted before is as it was. Where that is not so (a fragment
came late, a file was replaced, documents are there twice), all is read anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from flowctl_ops.filters import Window
from flowctl_ops.result import Row
from flowctl_ops.sources import SourceFile
from flowctl_ops.sources.prune import outside
from flowctl_ops.sources.stored import stream_of

Clocks = dict[str, dict[str, tuple[int, int]]]  # by producer and stream, its first and last clock


class Unsettled(Exception):
    """What new files hold goes before, or is in part, what was read of others: read all anew."""


@dataclass
class Known:
    """What is known of the files that were read.

    `files` are [size, time of change in ns, whether open] by path; `starts` and `ends` the offsets
    from and to which streams were read, those of open files not being ends; `clocks` are those of
    documents by collection, `passing` those of open files, which are known for a run alone; `times`
    the oldest and the newest of the documents of each file, in ns.
    """

    files: dict[str, list[int]] = field(default_factory=dict)
    starts: dict[str, int] = field(default_factory=dict)
    ends: dict[str, int] = field(default_factory=dict)
    clocks: dict[str, Clocks] = field(default_factory=dict)
    passing: dict[str, Clocks] = field(default_factory=dict)
    times: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, told: dict[str, Any]) -> Known:
        """Read it as it was written."""
        if not told:
            return cls()
        clocks = {
            documents: {
                producer: {stream: (int(first), int(last)) for stream, (first, last) in its.items()}
                for producer, its in by_producer.items()
            }
            for documents, by_producer in told["clocks"].items()
        }
        files = {
            path: [int(size), int(changed), int(is_open)]
            for path, (size, changed, is_open) in told["files"].items()
        }
        starts = {stream: int(start) for stream, start in told["starts"].items()}
        ends = {stream: int(end) for stream, end in told["ends"].items()}
        times = {path: [int(old), int(new)] for path, (old, new) in told.get("times", {}).items()}
        return cls(files, starts, ends, clocks, times=times)

    def told(self) -> dict[str, Any]:
        """Give it as it is written."""
        return {
            "files": self.files,
            "starts": self.starts,
            "ends": self.ends,
            "clocks": self.clocks,
            "times": self.times,
        }

    def is_as_it_was(self, file: SourceFile) -> bool:
        """Tell whether a file was read already, and is what it was."""
        return self.files.get(file.path, [])[:2] == identity(file)

    def to_read(self, files: Sequence[SourceFile]) -> list[SourceFile]:
        """Give those of these files that are to be read.

        Raises:
            Unsettled: if all of them are.
        """
        new = [file for file in files if not self.is_as_it_was(file)]
        if not new:
            return []
        for file in new:
            known = self.files.get(file.path)
            if known is not None and not known[2]:
                raise Unsettled
            end = self.ends.get(stream_of(file).path)
            if file.fragment is not None and end is not None and file.fragment.begin < end:
                raise Unsettled
        still_open = [
            file for file in files if self.is_as_it_was(file) and self.files[file.path][2]
        ]
        return [*still_open, *new]

    def has_late(self, files: Sequence[SourceFile]) -> bool:
        """Tell whether a fragment holds a document that a question of its time would not look for.

        `files` are in journal order.
        """
        for file, following in zip_longest(files, files[1:]):
            oldest, newest = self.times.get(file.path, (0, 0))
            pair = [file, following] if following else [file]
            if file.path in self.times and (
                file.path in outside(pair, Window(None, oldest + 1))
                or file.path in outside(pair, Window(newest, None))
            ):
                return True
        return False

    def gone(self, files: Iterable[SourceFile]) -> list[str]:
        """Give the streams of which there is no file any more."""
        return sorted(self.starts.keys() - {stream_of(file).path for file in files})

    def lost(self, files: Iterable[SourceFile]) -> list[str]:
        """Give the streams of which there are no files any more from where they were read."""
        begins: dict[str, int] = {}
        for file in files:
            stream, begin = stream_of(file).path, _begin(file)
            begins[stream] = min(begins.get(stream, begin), begin)
        return sorted(
            stream
            for stream, start in self.starts.items()
            if stream not in begins or begins[stream] > start
        )

    def add(self, file: SourceFile, *, is_open: bool) -> None:
        """Remember a file that was read."""
        self.files[file.path] = [*identity(file), int(is_open)]
        stream = stream_of(file).path
        self.starts[stream] = min(self.starts.get(stream, _begin(file)), _begin(file))
        if file.fragment is not None and not is_open:
            self.ends[stream] = max(self.ends.get(stream, 0), file.fragment.end)

    def add_producers(
        self, documents: str, files: Sequence[SourceFile], rows: Iterable[Row], is_open: list[bool]
    ) -> None:
        """Remember the clocks of a collection's producers in these files.

        Raises:
            Unsettled: if a producer's clocks are not above its last, or another stream's, too.
        """
        settled: Clocks = {}
        passing: Clocks = {}
        for place, producer, first, last, _ in rows:
            clocks = passing if is_open[place] else settled
            _widen(clocks, str(producer), stream_of(files[place]).path, first, last)
        known = self.clocks.setdefault(documents, {})
        passed = self.passing.setdefault(documents, {})
        for new in (settled, passing):
            for producer, its in new.items():
                for before in (known.get(producer, {}), passed.get(producer, {})):
                    if any(_clash(one, other) for one in its.items() for other in before.items()):
                        raise Unsettled
        for new, old in ((settled, known), (passing, passed)):
            for producer, its in new.items():
                for stream, (first, last) in its.items():
                    _widen(old, producer, stream, first, last)


def _widen(clocks: Clocks, producer: str, stream: str, first: int, last: int) -> None:
    its = clocks.setdefault(producer, {})
    before = its.get(stream, (first, last))
    its[stream] = min(before[0], first), max(before[1], last)


def _clash(new: tuple[str, tuple[int, int]], known: tuple[str, tuple[int, int]]) -> bool:
    """Tell whether clocks go before those known of the stream, or overlap another stream's."""
    (stream, (first, last)), (other, (known_first, known_last)) = new, known
    return first <= known_last and (stream == other or last >= known_first)


def _begin(file: SourceFile) -> int:
    return file.fragment.begin if file.fragment else 0


def identity(file: SourceFile) -> list[int]:
    """Give what a file is known by: its size, and when it was changed, in ns."""
    return [file.size, file.identity[1] if file.identity else 0]
