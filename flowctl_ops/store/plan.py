"""Which files a run reads: those that are new, and those that were open when they were read last.

What was settled then need not be read again if the new files go on behind it: each fragment where
its journal ended, each producer's clock above its last. Then what counts of the new ones is what
would count of all of them, and what counted before is as it was. Where that is not so (a fragment
came late, a file was replaced, documents are there twice), all is read anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flowctl_ops.result import Row
from flowctl_ops.sources import SourceFile
from flowctl_ops.sources.stored import stream_of

Reaches = dict[str, dict[str, tuple[int, int]]]  # by stream and producer, its first and last clock


class Unsettled(Exception):
    """What new files hold goes before, or is in part, what was read of others: read all anew."""


@dataclass
class Known:
    """What is known of the files that were read.

    `files` are [size, time of change in ns, whether open] by path, `ends` the offset that a
    journal was read to, `reaches` the clocks of settled documents by collection.
    """

    files: dict[str, list[int]] = field(default_factory=dict)
    ends: dict[str, int] = field(default_factory=dict)
    reaches: dict[str, Reaches] = field(default_factory=dict)

    @classmethod
    def of(cls, told: dict[str, Any]) -> Known:
        """Read it as it was written."""
        if not told:
            return cls()
        reaches = {
            documents: {
                stream: {who: (int(first), int(last)) for who, (first, last) in each.items()}
                for stream, each in by_stream.items()
            }
            for documents, by_stream in told.get("reaches", {}).items()
        }
        files = {
            path: [int(size), int(changed), int(is_open)]
            for path, (size, changed, is_open) in told["files"].items()
        }
        ends = {stream: int(end) for stream, end in told["ends"].items()}
        return cls(files, ends, reaches)

    def told(self) -> dict[str, Any]:
        """Give it as it is written."""
        return {"files": self.files, "ends": self.ends, "reaches": self.reaches}

    def is_as_it_was(self, file: SourceFile) -> bool:
        """Tell whether a file was read already, and is what it was."""
        return self.files.get(file.path, [])[:2] == _identity(file)

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

    @staticmethod
    def identity(file: SourceFile, *, is_open: bool = False) -> list[int]:
        """Give what a file is known by."""
        return [*_identity(file), int(is_open)]

    def add(self, file: SourceFile, *, is_open: bool) -> None:
        """Remember a file that was read."""
        self.files[file.path] = self.identity(file, is_open=is_open)
        if file.fragment is not None and not is_open:
            stream = stream_of(file).path
            self.ends[stream] = max(self.ends.get(stream, 0), file.fragment.end)

    def add_producers(
        self, documents: str, files: Sequence[SourceFile], rows: Iterable[Row], is_open: list[bool]
    ) -> Reaches:
        """Remember the clocks of a collection's producers in these files; give those of open ones.

        Raises:
            Unsettled: if a producer's clocks are not above its last, or another stream's, too.
        """
        settled: Reaches = {}
        passing: Reaches = {}
        for place, producer, first, last, _ in rows:
            stream = stream_of(files[place]).path
            reaches = (passing if is_open[place] else settled).setdefault(stream, {})
            before = reaches.get(str(producer), (first, last))
            reaches[str(producer)] = (min(before[0], first), max(before[1], last))
        known = self.reaches.setdefault(documents, {})
        for stream, producer, first, last in _each(settled, passing):
            for other, its in known.items():
                if producer not in its:
                    continue
                its_first, its_last = its[producer]
                if first <= its_last and (other == stream or last >= its_first):
                    raise Unsettled
        for stream, producer, first, last in _each(settled):
            its = known.setdefault(stream, {})
            its[producer] = (its.get(producer, (first, last))[0], last)
        return passing


def _each(*reaches: Reaches) -> list[tuple[str, str, int, int]]:
    return [
        (stream, producer, first, last)
        for each in reaches
        for stream, its in each.items()
        for producer, (first, last) in its.items()
    ]


def _identity(file: SourceFile) -> list[int]:
    return [file.size, file.identity[1] if file.identity else 0]
