"""Reading the chosen files through the engine, and going on when some of them cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby

from flowctl_ops.engine import Engine
from flowctl_ops.errors import QueryFailed
from flowctl_ops.filters import NameFilter, TimeRange
from flowctl_ops.sources import content, tabular
from flowctl_ops.sources.files import (
    Codec,
    FileFormat,
    Problem,
    SourceFile,
    as_text,
    file_problem,
)
from flowctl_ops.sources.mend import Workshop
from flowctl_ops.vocabulary import Collection, TaskKind

_VIEWS = {
    FileFormat.JSON: ("sources/json_lines.sql",),
    FileFormat.PARQUET: ("sources/parquet.sql",),
    FileFormat.CSV: ("sources/csv.sql",),
}
_COMPRESSED = (Codec.GZIP, Codec.ZSTD, Codec.SNAPPY)
_ONE_BUFFER = 8 << 20  # a quarter of what the engine's JSON reader takes at once
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Reader:
    """The files of one question in journal order; a `file` in any view is a place in `files`.

    `problems` grows by what turns out to be unreadable.
    """

    def __init__(
        self,
        engine: Engine,
        files: Sequence[SourceFile],
        window: TimeRange,
        documents: Collection,
    ) -> None:
        self.files = list(files)
        self._engine = engine
        self._window = window
        folder = engine.folder / "mended"
        folder.mkdir(exist_ok=True)
        self._workshop = Workshop(folder)
        self.problems: list[Problem] = self._workshop.problems
        self._paths = [self._first_path(file) for file in self.files]
        self._mended: set[int] = set()
        self._shown: list[int] = []
        self._check_columns(documents)
        engine.define("sources/macros.sql")
        engine.script(
            "sources/scanned_files.sql",
            shown=[as_text(file.shown) for file in self.files],
            tasks=[as_text(file.task) for file in self.files],
            kinds=[as_text(file.kind) for file in self.files],
            streams=self._streams(),
            fragments=[file.fragment is not None for file in self.files],
        )

    def read(
        self,
        start: Callable[[], None],
        take: Callable[[], None],
        places: Sequence[int] | None = None,
    ) -> None:
        """Call `take` for each set of files that `source_documents` can show at once.

        Where the engine cannot read a file, the file is mended or left out and all begins again
        with `start`.

        Raises:
            QueryFailed: if that has nothing to do with a file.
        """
        while not self._attempt(start, take, places):
            pass

    def show(self, places: Sequence[int]) -> None:
        """Make `source_documents` show these files, all of one group, and no others."""
        self._shown = list(places)
        file_format = self._group(places[0])
        bounded = file_format is FileFormat.PARQUET
        self._engine.script(
            "sources/variables.sql",
            paths=[self._paths[place] for place in places],
            places=list(places),
            first_place=places[0] if places[-1] - places[0] == len(places) - 1 else None,
            tasks_known=all(self.files[place].task for place in places),
            row_since=_whole_microseconds(self._window.since, 0) if bounded else None,
            row_until=_whole_microseconds(self._window.until, 1) if bounded else None,
        )
        for view in _VIEWS[file_format]:
            self._engine.script(view)

    def shows_small_files(self) -> bool:
        """Tell whether each file that is shown is a fragment that fits into one buffer."""
        fragments = [self.files[place].fragment for place in self._shown]
        return all(f is not None and f.end - f.begin <= _ONE_BUFFER for f in fragments)

    def is_all_of(self, names: NameFilter, kind: TaskKind | None) -> bool:
        """Tell whether the journals' names say of every document that it is of the asked tasks."""
        tasks = {(file.task, file.kind) for file in self.files}
        return all(
            task is not None and names.matches(task) and kind in (None, kind_of_it)
            for task, kind_of_it in tasks
        )

    def groups(self, places: Sequence[int] | None = None) -> list[list[int]]:
        """Cut places (all by default) into sets that one scan reads together, in journal order."""
        wanted = range(len(self.files)) if places is None else sorted(places)
        readable = [place for place in wanted if self._paths[place] is not None]
        return [list(group) for _, group in groupby(readable, self._group)]

    def _streams(self) -> list[int]:
        """Give each file a number that it shares with its journal's others."""
        names = [file.journal.name if file.journal else (file.path,) for file in self.files]
        numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
        return [numbers[name] for name in names]

    def streams(self, places: Sequence[int]) -> list[list[int]]:
        """Cut places into sets that each hold all of a stream."""
        return [
            list(stream) for _, stream in groupby(places, lambda place: self.files[place].order[:2])
        ]

    def _group(self, place: int) -> FileFormat:
        return self.files[place].format

    def _attempt(
        self,
        start: Callable[[], None],
        take: Callable[[], None],
        places: Sequence[int] | None,
    ) -> bool:
        start()
        for group in self.groups(places):
            try:
                self.show(group)
                take()
            except QueryFailed as error:
                self._mend_some(group, error)
                return False
        return True

    def _mend_some(self, group: list[int], error: QueryFailed) -> None:
        damaged = list(self._damaged(group))
        if not damaged:
            raise error
        for place, reason in damaged:
            noted = len(self.problems)
            self.mend([place])
            if len(self.problems) == noted and self._paths[place] is None:
                self._note(self.files[place], f"cannot be read: {reason}")

    def mend(self, places: Sequence[int]) -> bool:
        """Read files from copies of what is good in them; tell if there are any.

        What a second mending would be for is left out.
        """
        for place in places:
            again = place in self._mended
            self._mended.add(place)
            self._paths[place] = (
                None if again else self._workshop.path(self.files[place], damaged=True)
            )
        return bool(places)

    def is_damaged(self, place: int) -> bool:
        """Tell whether a compressed file, not yet mended, is not sound to its end."""
        file = self.files[place]
        if place in self._mended or file.codec not in (Codec.GZIP, Codec.ZSTD):
            return False
        try:
            for _ in content.chunks(file):
                pass
        except content.Unreadable:
            return True
        return False

    def _damaged(self, group: list[int]) -> list[tuple[int, str]]:
        """Find the files of a group that fail, by halves, with the engine's reason for each."""
        try:
            self.show(group)
            self._engine.rows("sources/probe.sql")
        except QueryFailed as error:
            if len(group) == 1:
                return [(group[0], error.sentence.splitlines()[0])]
            half = len(group) // 2
            return [*self._damaged(group[:half]), *self._damaged(group[half:])]
        return []

    def _first_path(self, file: SourceFile) -> str | None:
        if file.size == 0:
            if file.format is not FileFormat.JSON or file.codec in _COMPRESSED:
                self._note(file, content.emptiness(file))
            return None
        if (reason := content.wrong_size(file)) is not None:
            self._note(file, reason)
        cut = file.codec is Codec.ZSTD and content.is_cut_zstd(file)
        return self._workshop.path(file, damaged=cut)

    def _check_columns(self, documents: Collection) -> None:
        """Leave out files whose columns are not those of the collection."""
        found = {
            place: path
            for place, path in enumerate(self._paths)
            if path is not None
            and (self.files[place].format is not FileFormat.JSON or self.files[place].rows)
        }
        paths = tabular.prepare(
            [self.files[place] for place in found],
            list(found.values()),
            documents,
            self._engine,
            self._workshop,
        )
        for place, path in zip(found, paths, strict=True):
            self._paths[place] = path

    def _note(self, file: SourceFile, reason: str) -> None:
        self.problems.append(file_problem(file, reason))


def _whole_microseconds(ns: int | None, more: int) -> datetime | None:
    """Round a time down to what a column can hold, or one step further; None if out of range."""
    if ns is None:
        return None
    try:
        return _EPOCH + timedelta(microseconds=ns // 1000 + more)
    except OverflowError:
        return None
