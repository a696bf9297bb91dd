"""Reading the chosen files through the engine, and going on when some of them cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import takewhile

from flowctl_ops.engine import Engine
from flowctl_ops.errors import OutOfRoom, QueryFailed
from flowctl_ops.filters import NameFilter, Window
from flowctl_ops.sources import content, damage, tabular
from flowctl_ops.sources.files import (
    Codec,
    FileFormat,
    Problem,
    SourceFile,
    as_text,
    file_problem,
)
from flowctl_ops.sources.mend import Workshop
from flowctl_ops.sources.stored import StoredParts
from flowctl_ops.statement import MARKED, Values
from flowctl_ops.vocabulary import Collection, TaskKind

_COMPRESSED = (Codec.GZIP, Codec.ZSTD, Codec.SNAPPY)
_ONE_BUFFER = 8 << 20  # a quarter of what the engine's JSON reader takes at once
_SCRIPTS = {
    FileFormat.PARQUET: "sources/add_parquet.sql",
    FileFormat.CSV: "sources/add_csv.sql",
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOWHERE = "\0"  # the type of files needs one


class Reading:
    """The files of one question in journal order, made readable; a place is an index of `files`.

    `lost` says by path what became of files that could not be read as they were found.
    """

    def __init__(
        self,
        engine: Engine,
        files: Iterable[SourceFile],
        window: Window,
        collections: Iterable[Collection] = tuple(Collection),
        stored: StoredParts | None = None,
    ) -> None:
        self.stored = stored or StoredParts((), NameFilter())
        self.files = sorted([*files, *self.stored.streams()], key=lambda file: file.order)
        self._engine = engine
        self._window = window
        folder = engine.folder / "mended"
        folder.mkdir(exist_ok=True)
        self._workshop = Workshop(folder)
        self._mended: set[int] = set()
        self.lost: dict[str, str] = {}
        self._has_tables = False
        self._paths = [self._first_path(file) for file in self.files]
        self._ready_tables(collections)
        self._name()

    def _ready_tables(self, collections: Iterable[Collection]) -> None:
        """Leave out tables whose columns are not those of the collections."""
        places = [
            place
            for place, file in enumerate(self.files)
            if self._paths[place] is not None
            and (file.format in _SCRIPTS or (file.format is FileFormat.JSON and file.rows))
        ]
        found = [(self.files[place], path) for place in places if (path := self._paths[place])]
        ready = tabular.prepare(
            [file for file, _ in found],
            [path for _, path in found],
            collections,
            self._engine,
            self._workshop,
        )
        for place, path in zip(places, ready, strict=True):
            self._paths[place] = path

    def _add_tables(self) -> None:
        """Add the documents of Parquet and CSV files to the table that scans read beside lines."""
        for file_format, script in _SCRIPTS.items():
            paths = self._tables(file_format)
            if paths:
                since, until = self._window.since, self._window.until
                self._engine.script(
                    script,
                    paths=paths,
                    row_since=_whole_microseconds(since, 0),
                    row_until=_whole_microseconds(until, 1),
                )

    def _name(self) -> None:
        """Tell the engine which files there are, in which order, and what their paths say."""
        paths = [path or f"{_NOWHERE}{place}" for place, path in enumerate(self._paths)]
        self._engine.script("sources/file_type.sql", paths=paths or [_NOWHERE])
        self._engine.keep(
            "read_files",
            {
                "files": [
                    {
                        "file": path,
                        "shown": as_text(file.shown),
                        "task": as_text(file.task),
                        "kind": as_text(file.kind),
                        "level": as_text(file.level),
                        "stream": stream,
                        "is_fragment": file.fragment is not None,
                    }
                    for file, path, stream in zip(self.files, paths, self._streams(), strict=True)
                ]
            },
        )

    @property
    def problems(self) -> list[Problem]:
        """What turned out to be unreadable."""
        return self._workshop.problems

    def _streams(self) -> list[int]:
        """Give each file a number that it shares with its journal's others."""
        names = [file.journal.name if file.journal else (file.path,) for file in self.files]
        numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
        return [numbers[name] for name in names]

    def places(self, documents: Collection) -> list[int]:
        """Give the places of the files that may hold a collection's documents, in journal order."""
        return [
            place
            for place, file in enumerate(self.files)
            if self._paths[place] is not None
            and file.format is not FileFormat.STORED
            and file.may_hold(documents)
        ]

    def paths(self, places: Sequence[int]) -> list[str]:
        """Give the paths of files of JSON lines as the engine opens them, by hour of their opening.

        Files of one hour lie beside each other so that logs of one time do in a table.
        """
        json = [place for place in places if self.files[place].format is FileFormat.JSON]
        json.sort(key=lambda place: self.files[place].hour)
        return [path for place in json if (path := self._paths[place]) is not None]

    def documents(self, places: Sequence[int]) -> Values:
        """Give the values by which a relation reads these files."""
        paths = self.paths(places)
        return {"json_paths": paths} if paths else {"no_json": MARKED}

    def table_tasks(self) -> list[tuple[str, str | None]]:
        """Give the tasks that columns of Parquet files name, and their kinds."""
        paths = self._tables(FileFormat.PARQUET)
        try:
            return self._engine.rows("sources/table_tasks.sql", paths=paths) if paths else []
        except QueryFailed:  # of a damaged one, which is named where it is read for an answer
            return []

    def _tables(self, file_format: FileFormat) -> list[str]:
        paths = zip(self.files, self._paths, strict=True)
        return [path for file, path in paths if path and file.format is file_format]

    @property
    def has_levels(self) -> bool:
        """Tell whether the path of a file says of which level its logs are."""
        return any(file.level is not None for file in self.files)

    def length(self, places: Sequence[int]) -> int:
        """Give the length of these files in bytes, uncompressed where their names say it."""
        return sum(self.files[place].length for place in places)

    def are_small(self, places: Sequence[int]) -> bool:
        """Tell whether each is a fragment of one buffer, which one thread reads in order."""
        fragments = [self.files[place].fragment for place in places]
        return all(f is not None and f.end - f.begin <= _ONE_BUFFER for f in fragments)

    def settled(self, names: NameFilter, kind: TaskKind | None) -> int:
        """Count the first files of whose path it is certain that all in them is asked for."""
        return sum(
            1
            for _ in takewhile(
                lambda file: (
                    file.task is not None and names.matches(file.task) and kind in (None, file.kind)
                ),
                self.files,
            )
        )

    def attempt(self, load: Callable[[], None]) -> None:
        """Run a load until no file is in its way: one that the engine cannot read is mended.

        Raises:
            QueryFailed: if that has nothing to do with a file.
        """
        while True:
            try:
                if not self._has_tables:
                    self._add_tables()
                    self._has_tables = True
                return load()
            except OutOfRoom:
                raise
            except QueryFailed:
                if self._lose_parts():
                    continue
                damaged = damage.unreadable(self._engine, self.files, self._paths)
                if not damaged:
                    raise
                for place, reason in damaged:
                    noted = len(self.problems)
                    self.mend([place])
                    if len(self.problems) == noted and self._paths[place] is None:
                        self._note(self.files[place], f"cannot be read: {reason}")

    @property
    def readable(self) -> list[int]:
        """The places of files of JSON lines that can be opened."""
        return [
            place
            for place, file in enumerate(self.files)
            if self._paths[place] is not None and file.format is FileFormat.JSON
        ]

    def mend(self, places: Sequence[int]) -> bool:
        """Read files from copies of what is good in them; tell if there are any.

        What a second mending would be for is left out.
        """
        for place in places:
            again = place in self._mended
            noted = len(self.problems)
            self._mended.add(place)
            self._paths[place] = (
                None if again else self._workshop.path(self.files[place], damaged=True)
            )
            reasons = [problem.reason for problem in self.problems[noted:]] or ["cannot be read"]
            self.lost.setdefault(self.files[place].path, reasons[0])
        if places:
            self._has_tables = False
            self._name()
        return bool(places)

    def is_damaged(self, place: int) -> bool:
        """Tell whether a compressed file, not yet mended, is not sound to its end."""
        return place not in self._mended and damage.is_unsound(self.files[place])

    def note_changes(self) -> None:
        """Name the files that are no longer what was found: gone, shorter, replaced, unreadable."""
        for place, file in enumerate(self.files):
            is_real = not file.piped and file.format is not FileFormat.STORED
            if is_real and place not in self._mended and self._paths[place] is not None:
                reason = damage.change(file)
                if reason is not None:
                    self.lost[file.path] = reason
                    self._note(file, reason)

    def _lose_parts(self) -> bool:
        """Leave out the parts of materialized data that cannot be read; tell if there are any."""
        lost = damage.unreadable_parts(self._engine, self.stored.files())
        hint = "if nobody wrote into it meanwhile, materialize its folder anew"
        for part, reason in lost:
            self.stored.lost.add(part.path)
            problem = Problem(part.shown, f"cannot be read: {reason}", hint)
            self._workshop.problems.append(problem)
        return bool(lost)

    def _first_path(self, file: SourceFile) -> str | None:
        if file.format is FileFormat.STORED:
            return file.path
        if file.size == 0:
            if file.format is not FileFormat.JSON or file.codec in _COMPRESSED:
                self._note(file, content.emptiness(file))
            return None
        if (reason := content.wrong_size(file)) is not None:
            self._note(file, reason)
        try:
            cut = file.codec is Codec.ZSTD and content.is_cut_zstd(file)
            return self._workshop.path(file, damaged=cut)
        except OSError as error:  # gone since it was found
            reason = f"cannot be read: {(error.strerror or str(error)).lower()}"
            self.lost[file.path] = reason
            self._note(file, reason)
            return None

    def _note(self, file: SourceFile, reason: str) -> None:
        self._workshop.problems.append(file_problem(file, reason))


def _whole_microseconds(ns: int | None, more: int) -> datetime | None:
    """Round a time down to what a column can hold, or one step further; None if out of range."""
    if ns is None:
        return None
    try:
        return _EPOCH + timedelta(microseconds=ns // 1000 + more)
    except OverflowError:
        return None
