"""The transparent cache: materialized data that `ops` keeps itself, for the second question.

Any doubt reads the files: it is a copy, and never the only one.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from pathlib import Path

from flowctl_ops import engine, sources
from flowctl_ops.errors import DataError, Interrupted, OpsError
from flowctl_ops.filters import NameFilter, Window
from flowctl_ops.relations import Data, Source
from flowctl_ops.relations.data import MUCH
from flowctl_ops.sources import Found, manifest
from flowctl_ops.sources.stored import Part, Store
from flowctl_ops.store import folder, kept
from flowctl_ops.store.compact import group
from flowctl_ops.store.parts import Scope
from flowctl_ops.store.plan import Known, Unsettled
from flowctl_ops.store.write import chosen, materialize

_EVERYTHING = Scope(
    NameFilter(), None, Window(), {"names": [], "kind": None, "since": None, "until": None}
)
_MANY = 64  # parts that may be merged
_A_DAY = 86_400  # seconds before what came to nothing is tried again: it costs seven scans
_AN_HOUR = 3_600  # seconds before much is read once more
Progress = Callable[[], AbstractContextManager[Callable[[int, int], None]]]


class _Doubt(Exception):
    """The files are to be read, for a reason that is a sentence."""


class _TooSoon(_Doubt):
    """The files are to be read, until some time has passed."""


class Cache:
    """What is kept of some data paths, asked for at most once for each question.

    It holds a lock from then on. `most` is how many bytes all that is kept may have. `why_not` says
    why the files are read, where they are.
    """

    def __init__(
        self, finder: engine.Engine, paths: tuple[str, ...], most: int, progress: Progress
    ) -> None:
        self._engine = finder
        self._paths = paths
        self._most = most
        self._progress = progress
        self._path: Path | None = None
        self._lock: int | None = None
        self._store: Store | None = None
        self.is_asked = False
        self.why_not: str | None = None

    def store(self, found: Found | None) -> Store | None:
        """Give the documents as the files are by now; None where there is any doubt of it.

        `found` are all files, where they have been looked for.
        """
        if not self.is_asked:
            self.is_asked = True
            try:
                self._store = self._up_to_date(found)
            except Interrupted:
                raise
            except (_Doubt, kept.Untrusted, OpsError, OSError, MemoryError) as error:
                self.why_not = _reason(error) or "memory ran out"
        return self._store

    def give_up(self) -> None:
        """Take what it gave for damaged: from here on, there is none."""
        self.close()
        self._store, self.why_not = None, "what was kept is damaged"
        if self._path is not None:
            kept.forget(self._path)

    def close(self) -> None:
        """Let others write it."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _up_to_date(self, found: Found | None) -> Store:
        if any(path == "-" or sources.is_pipe(path) for path in self._paths):
            raise _Doubt("a pipe is read")
        self._path = kept.ready(self._paths)
        refused = kept.state(self._path).refused
        if refused and kept.age(self._path) < _A_DAY:
            raise _Doubt(refused)
        if found is None:
            found = sources.find(self._paths, NameFilter(), None, self._engine.folder)
        _check(found)
        listing = kept.listing(found)
        if (store := self._current(self._path, listing)) is None:
            self._bring(self._path, found, listing)
            store = self._current(self._path, listing)
        if store is None:
            raise _Doubt("another process writes it, or the files change")
        return store

    def _current(self, path: Path, listing: str) -> Store | None:
        """Give what is kept and hold it; None where it is not up to date."""
        self._lock = kept.locked(path, fcntl.LOCK_SH)
        if self._lock is None:
            raise _Doubt("another process writes it")
        store = _read(path)
        is_same = kept.state(path).listing == listing
        if (doubt := _doubt(store)) and (is_same or kept.age(path) < _A_DAY):
            raise _Doubt(doubt)
        if store.parts and is_same:
            return store
        self.close()
        return None

    def _bring(self, path: Path, found: Found, listing: str) -> None:
        """Bring what is kept up to date, or make it anew."""
        kept.make_room(self._most, path)
        lock = kept.locked(path, fcntl.LOCK_EX)
        if lock is None:
            raise _Doubt("another process reads or writes it")
        try:
            self._write(path, found)
            self._check_size(path)
            kept.write_state(path, kept.State(self._paths, kept.files(path), listing))
        except (_Doubt, OpsError, OSError) as error:
            if not isinstance(error, Interrupted | _TooSoon):
                known = replace(kept.state(path), data=self._paths, refused=_reason(error))
                kept.write_state(path, known)
            raise
        finally:
            os.close(lock)
        kept.make_room(self._most, path)

    def _check_size(self, path: Path) -> None:
        if kept.size(path) > self._most:
            shutil.rmtree(path / "data", ignore_errors=True)
            raise _Doubt("what was to be kept is larger than cache_size")

    def _write(self, path: Path, found: Found) -> None:
        store = _read(path)
        goes_on = bool(store.parts) and not _doubt(store) and _are_there(path, found)
        data = Data(self._paths)
        if store.parts and kept.age(path) < _AN_HOUR:
            files = Source(self._engine, data, NameFilter(), found=found)
            _check_little(path, files, goes_on=goes_on)
        if not goes_on:
            shutil.rmtree(path / "data", ignore_errors=True)
        with engine.opened() as builder, self._progress() as progress:
            source = Source(builder, data, NameFilter(), found=found)
            merge = _loose(store.parts) > _MANY
            materialize(source, path / "data", _EVERYTHING, progress, merge=merge)


def _check_little(path: Path, source: Source, *, goes_on: bool) -> None:
    """Refuse to read much once more, as often as one file changes."""
    files = chosen(source, Window())
    if goes_on:
        with suppress(Unsettled):
            files = Known.of(folder.read(path / "data")[1]).to_read(files)
    if sum(file.length for file in files) >= MUCH:
        raise _TooSoon("much has changed since the last hour")


def _reason(error: Exception) -> str:
    """Say what went wrong."""
    if isinstance(error, OpsError):
        return error.sentence
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{(error.strerror or str(error)).lower()}"
    return str(error)


def _check(found: Found) -> None:
    """Refuse files of which it is not certain that materialized data answers like them."""
    if found.stores:
        raise _Doubt("the data is materialized already")
    if found.problems or any(file.piped for file in found.files):
        raise _Doubt("something cannot be read")
    if len({file.fragment is None for file in found.files}) != 1:
        raise _Doubt("other files lie beside journals")


def _read(path: Path) -> Store:
    """Give what is kept; nothing where any of it is not as it was written."""
    if not kept.is_whole(path):
        return Store("")
    try:
        return manifest.read(str(path / "data"), str(path / "data"))
    except (OSError, ValueError):
        return Store("")


def _doubt(store: Store) -> str | None:
    """Say why what is kept may answer otherwise than the files do."""
    if store.problems:
        return "something could not be read"
    if any(part.nameless for part in store.parts):
        return "there are documents of no task"
    return next(iter(store.doubts), None)


def _are_there(path: Path, found: Found) -> bool:
    """Tell whether all files that were read are there still: what is gone is not to be told."""
    try:
        _, told = folder.read(path / "data")
        return set(told["files"]) <= {file.path for file in found.files}
    except (DataError, TypeError, KeyError):
        return False


def _loose(parts: Sequence[Part]) -> int:
    """Count the parts that there would be fewer of if they were merged."""
    settled = [group(part) for part in parts if not part.open]
    return len(settled) - len(set(settled))
