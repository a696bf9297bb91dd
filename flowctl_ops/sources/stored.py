"""Materialized data: what `ops materialize` wrote into a folder, as its manifest tells it.

The documents that count lie in Parquet files, the *parts*, each of one day or month. A *stream* is
where documents have an order: a journal, or a file that was no fragment of one.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flowctl_ops.filters import NameFilter, Window
from flowctl_ops.sources.files import Codec, FileFormat, Problem, SourceFile, as_text
from flowctl_ops.statement import MARKED, Values
from flowctl_ops.vocabulary import TaskKind

LOGS, STATS, BINDINGS, DAYS, CATALOG_STATS = "logs", "stats", "bindings", "days", "catalog_stats"
LATE, OLDER, NEWER = "late", "older", "newer"
COLLECTIONS = (LOGS, STATS, BINDINGS, DAYS, CATALOG_STATS)
_NUMBER_BITS = 40  # of a place in a stream, as `position_of` in relations/rules.sql has it
Rank = tuple[str, str, int, str]
Reaches = dict[str, dict[str, tuple[int, int]]]  # oldest and newest ns, by collection and task


@dataclass(frozen=True)
class Part:
    """One Parquet file; `path` is relative to the folder, times are ns, None where some have none.

    `notable` tells whether its logs are warnings and what else speaks of a task's life, `nameless`
    that some documents have no task, `odd` that some say more of their task than bindings hold,
    `open` that its documents are read anew once their files have changed.
    """

    path: str
    documents: str
    rows: int
    size: int
    oldest: int | None = None
    newest: int | None = None
    first_task: str | None = None
    last_task: str | None = None
    nameless: bool = False
    notable: bool = False
    odd: bool = False
    open: bool = False

    def may_hold(self, window: Window, tasks: tuple[str, str] | None) -> bool:
        """Tell whether documents of a time, and of tasks from one to another, may be in it."""
        if self.oldest is not None and window.until is not None and self.oldest >= window.until:
            return False
        if self.newest is not None and window.since is not None and self.newest < window.since:
            return False
        if tasks is None or self.nameless or self.first_task is None or self.last_task is None:
            return True
        return self.first_task <= tasks[1] and tasks[0] <= self.last_task


@dataclass(frozen=True)
class Stream(SourceFile):
    """Where stored documents have an order; `path` is its label, which no file's path is like."""

    said_task: str | None = None
    said_kind: str | None = None
    said_level: str | None = None
    rank: Rank = ("", "", 0, "")

    @property
    def task(self) -> str | None:
        """The task that the path of its files told."""
        return self.said_task

    @property
    def kind(self) -> str | None:
        """The task's kind as their path spelled it."""
        return self.said_kind

    @property
    def level(self) -> str | None:
        """The level of all its logs as their path spelled it."""
        return self.said_level

    @property
    def order(self) -> Rank:
        """Journal order, among streams and files alike."""
        return self.rank


@dataclass(frozen=True)
class Store:
    """The parts and streams of one folder.

    `asked` is what it was asked to hold. `tasks` are the kinds of the tasks that its documents
    speak of, by name; `reach` is from when to when theirs reach, be they counted or not; `problems`
    could not be read when it was written; `late` tells of documents for whose time their files may
    not be opened: any, or those older or newer than can be said; `doubts` are what questions note
    of files, and no part tells.
    """

    folder: str
    shown: str = ""
    asked: dict[str, Any] = field(default_factory=dict)
    generation: int = 0
    parts: tuple[Part, ...] = ()
    streams: tuple[Stream, ...] = ()
    tasks: dict[str, str | None] = field(default_factory=dict)
    reach: Reaches = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    late: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    def is_alike(self, window: Window) -> bool:
        """Tell whether no document of a time lies in a file that is left out for its hour."""
        found = {LATE} | ({OLDER} if window.since is None else set())
        found |= {NEWER} if window.until is None else set()
        return not found & set(self.late)

    def files(self) -> list[SourceFile]:
        """Give each part as a file."""
        return [
            SourceFile(
                os.path.join(self.folder, part.path),
                os.path.join(self.shown, part.path),
                FileFormat.PARQUET,
                Codec.NONE,
                size=part.size,
            )
            for part in self.parts
        ]


def made_stream(
    label: str, task: str | None, kind: str | None, level: str | None, rank: Rank
) -> Stream:
    """Make the stream of a label."""
    return Stream(
        path=label,
        shown=label,
        format=FileFormat.STORED,
        codec=Codec.NONE,
        said_task=task,
        said_kind=kind,
        said_level=level,
        rank=rank,
    )


def stream_of(file: SourceFile) -> Stream:
    """Give the stream that a file's documents are of; a journal's goes on every 2**40 bytes."""
    if file.journal and file.fragment:
        begin = file.fragment.begin >> _NUMBER_BITS
        label = _label(f"journal:{begin:x}:{file.journal.name}")
        rank = ("", file.journal.name, begin << _NUMBER_BITS, label)
    else:
        label = _label(f"file:{file.path}")
        rank = (*file.order[:3], label)
    return made_stream(label, as_text(file.task), as_text(file.kind), as_text(file.level), rank)


def _label(text: str) -> str:
    return str(as_text(text))


def number_in(file: SourceFile) -> int:
    """Give the place in its stream from which a file's documents are counted."""
    if not (file.journal and file.fragment):
        return 0
    return (file.fragment.begin & ((1 << _NUMBER_BITS) - 1)) + file.skip


@dataclass(frozen=True)
class StoredParts:
    """Which parts of some stores a question reads, and the values by which relations do.

    `mixed` tells that other files are read beside one store, whose documents may be copies.
    """

    stores: Sequence[Store]
    names: NameFilter
    mixed: bool = False
    lost: set[str] = field(default_factory=set)

    def streams(self) -> list[Stream]:
        """Give the streams of the tasks that are asked for, each once."""
        found = {stream.path: stream for store in self.stores for stream in store.streams}
        return [
            stream
            for stream in found.values()
            if stream.task is None or self.names.matches(stream.task)
        ]

    def files(self) -> list[SourceFile]:
        """Give the parts that are not lost."""
        files = [file for store in self.stores for file in store.files()]
        return [file for file in files if file.path not in self.lost]

    def values(self, documents: str, window: Window, *, notable: bool = False) -> Values:
        """Give the values by which a relation reads documents of a time; none where there are none.

        `notable` asks for notable logs alone.
        """
        values: dict[str, object] = {}
        paths: list[str] = []
        nameless = False
        tasks = self._tasks()
        for store in self.stores:
            for part in store.parts:
                path = os.path.join(store.folder, part.path)
                if (
                    path not in self.lost
                    and part.documents == documents
                    and (part.notable or not notable)
                    and part.may_hold(window, tasks)
                ):
                    paths.append(path)
                    nameless |= part.nameless
        if not paths:
            return {}
        values[f"stored_{documents}"] = paths
        values["mixed" if self.mixed else "unmixed"] = MARKED
        if tasks is not None:
            values |= {"first_task": tasks[0], "last_task": tasks[1]}
            values["some_nameless" if nameless else "all_named"] = MARKED
        return values

    def _tasks(self) -> tuple[str, str] | None:
        """Give the first and the last task that is asked for; None where all are."""
        if not self.names.names:
            return None
        known = [task for store in self.stores for task in store.tasks if self.names.matches(task)]
        return (min(known), max(known)) if known else ("", "")

    def reach(self, documents: str, kind: TaskKind | None) -> tuple[int | None, int | None]:
        """Give the oldest and the newest time of a collection's documents of what is asked for."""
        found = [
            tuple(reach)
            for store in self.stores
            for task, reach in store.reach.get(documents, {}).items()
            if not task or (self.names.matches(task) and kind in (None, store.tasks.get(task)))
        ]
        return (
            min((oldest for oldest, _ in found), default=None),
            max((newest for _, newest in found), default=None),
        )

    def has(self, documents: str) -> bool:
        """Tell whether there are parts of a collection, of any time."""
        return any(part.documents == documents for store in self.stores for part in store.parts)

    @property
    def has_odd(self) -> bool:
        """Tell whether a stored document says more of its task than its bindings do."""
        return any(part.odd for store in self.stores for part in store.parts)
