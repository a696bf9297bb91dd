"""The files that were found, and what became of each."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from flowctl_ops.sources.exports import Export
from flowctl_ops.sources.journals import Fragment, Journal, Partition
from flowctl_ops.sources.shapes import Shape
from flowctl_ops.vocabulary import Collection, TaskKind

if TYPE_CHECKING:
    from flowctl_ops.sources.stored import Store


class FileFormat(StrEnum):
    """How documents lie in a file; the order is the order in which they are read."""

    JSON = "json"
    PARQUET = "parquet"
    CSV = "csv"
    STORED = "stored"  # no file, but a stream of materialized documents


class Codec(StrEnum):
    """How the bytes of a file are compressed."""

    GZIP = "gzip"
    ZSTD = "zstd"
    SNAPPY = "snappy"
    BZIP2 = "bzip2"
    XZ = "xz"
    NONE = "none"
    MARKED = "marked"  # text behind a byte order mark, UTF-16 perhaps
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class SourceFile:
    """A file that may hold documents.

    `path` opens it and `shown` names it as the user typed it. `skip` is how many uncompressed
    bytes an earlier fragment has read already, `take` how many are read behind them, where not all.
    `identity` are the inode and the time of change, in ns, that it had when it was found. `piped`
    files are whole, as their writer is gone. `rows` tells that rows of a table lie in it as JSON,
    with columns for members. A piece of a file that grows stands `lines_before` lines behind its
    beginning.
    `why_not` says why it is not read.
    """

    path: str
    shown: str
    format: FileFormat
    codec: Codec
    journal: Journal | None = None
    fragment: Fragment | None = None
    export: Export | None = None
    partition: Partition | None = None
    shape: Shape = Shape.LINES
    rows: bool = False
    size: int = 0
    identity: tuple[int, int] | None = None
    skip: int = 0
    take: int | None = None
    piped: bool = False
    lines_before: int = 0
    why_not: str | None = None

    @property
    def task(self) -> str | None:
        """The task whose documents the file holds by its path; None where only documents say."""
        said = self.journal or self.partition
        return said.task if said else None

    @property
    def kind(self) -> str | None:
        """The task's kind as the path spells it."""
        said = self.journal or self.partition
        return said.kind if said else None

    @property
    def level(self) -> str | None:
        """The level of all logs in the file as the path spells it."""
        return self.partition.level if self.partition else None

    @property
    def length(self) -> int:
        """How many bytes of documents it holds, where its name says; else how long it is."""
        return self.fragment.end - self.fragment.begin if self.fragment else self.size

    @property
    def hour(self) -> int:
        """The hour of the first append, counted from the Unix epoch; 0 where the path says none."""
        return (self.fragment.hour or 0) if self.fragment else 0

    def may_hold(self, documents: Collection) -> bool:
        """Tell whether documents of a collection may be in it: its journal says so, or may not."""
        return self.journal is None or self.journal.documents == documents

    @property
    def order(self) -> tuple[str, str, int, str]:
        """Journal order: journals by name and offset, then other files by format and path."""
        if self.journal and self.fragment:
            return "", self.journal.name, self.fragment.begin, self.path
        return str(list(FileFormat).index(self.format) + 1), self.path, 0, self.path


def as_text(name: str | None) -> str | None:
    """Replace the bytes of a file's name that are no text."""
    return None if name is None else os.fsencode(name).decode(errors="replace")


@dataclass(frozen=True)
class Problem:
    """Something that could not be read: a file, or a line of it; `reason` ends the sentence."""

    where: str
    reason: str
    hint: str | None = None


def file_problem(file: SourceFile, reason: str) -> Problem:
    """Say what is wrong with a file as a whole, and what to try."""
    return Problem(file.shown, reason, "copy or export again what is damaged; the rest is answered")


@dataclass
class Found:
    """What a search below the data paths came to.

    `passed_folders` counts by reason the folders that were not entered.
    """

    files: list[SourceFile] = field(default_factory=list)
    left_out: list[SourceFile] = field(default_factory=list)
    kinds: dict[str, str | None] = field(default_factory=dict)
    passed_folders: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    stores: list[Store] = field(default_factory=list)

    def leave_out(self, file: SourceFile, why_not: str) -> None:
        """Remember a file that is not read, and why."""
        self.left_out.append(replace(file, why_not=why_not))

    @property
    def all_named(self) -> bool:
        """Tell whether every file is a fragment of a journal, whose name tells its task."""
        streams = [stream for store in self.stores for stream in store.streams]
        return all(file.journal and file.task for file in self.files) and all(
            stream.task for stream in streams
        )

    @property
    def tasks(self) -> set[str]:
        """The tasks that the data holds journals of."""
        return set(self.kinds)

    @property
    def derivations(self) -> set[str]:
        """Those of them that are derivations."""
        return {task for task, kind in self.kinds.items() if kind == TaskKind.DERIVATION}

    def add_task(self, name: str, kind: str | None) -> None:
        """Remember that the data holds journals of a task."""
        self.kinds[name] = self.kinds.get(name) or kind
