"""Finding files below the data paths: the walk, and what it passes over.

Folders of tasks that nobody asked about are not entered, so that a question about one task costs
one task's listing.
"""

from __future__ import annotations

import difflib
import errno
import glob
import os
import re
import select
import shutil
import stat
import sys
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote

from flowctl_ops.errors import NothingFound
from flowctl_ops.filters import NameFilter
from flowctl_ops.sources import manifest, tables
from flowctl_ops.sources.describe import describe
from flowctl_ops.sources.files import Codec, FileFormat, Found, Problem, SourceFile
from flowctl_ops.sources.journals import journal_of
from flowctl_ops.vocabulary import TaskKind

_LONGEST_WAIT = 0.5  # seconds
_CHUNK = 1 << 16
_PARTITION = re.compile(r"\w+%3D", re.IGNORECASE)
_TABLE = {"_delta_log", "metadata"}
_BELOW_NAME = ("pivot=", "utc_date=")


def find(
    data: Sequence[str], names: NameFilter, kind: TaskKind | None, spool: Path | None = None
) -> Found:
    """List the files below the data paths in no certain order, other tasks' journals left out.

    The path `-` stands for stdin, whose bytes are kept in the folder `spool`.

    Raises:
        NothingFound: if a data path does not exist, or nothing below them is readable by name.
    """
    search = Search(names, kind, spool)
    missing: dict[str, NothingFound] = {}
    for path in data:
        if path == "-" and spool is not None:
            search.add_pipe("stdin", spool / "stdin")
            continue
        try:
            roots = expand(path)
        except NothingFound as error:
            missing[path] = error
            continue
        for root in roots:
            search.add(root)
    found = search.found
    _drop_older_backfills(found)
    _drop_materialized(found)
    if not (found.files or found.problems or found.tasks or found.stores):
        raise next(iter(missing.values()), _nothing(data))
    found.problems += [Problem(path, "does not exist", missing[path].hint) for path in missing]
    return found


def _nothing(data: Sequence[str]) -> NothingFound:
    return NothingFound(
        f"nothing to read in {', '.join(data)}: looked for journal fragments, "
        ".jsonl .ndjson .json .log (.gz .zst .bz2 .xz), .parquet and .csv(.gz)",
        "name the folder with --data or OPS_DATA, or make sample data: ops demo",
    )


def expand(path: str) -> list[str]:
    """Give the paths that a data path stands for: itself if it exists, else what it globs.

    Raises:
        NothingFound: if there are none.
    """
    if os.path.lexists(path):
        return [path]
    matches = sorted(glob.glob(path, recursive=True)) if glob.has_magic(path) else []
    if not matches:
        raise NothingFound(
            f"{path} does not exist",
            "name a file, a folder or a glob with --data or OPS_DATA, or try: ops demo",
        )
    return matches


class Search:
    """One walk over several roots; remembers what it has seen, so overlapping roots count once."""

    def __init__(self, names: NameFilter, kind: TaskKind | None, spool: Path | None) -> None:
        self.found = Found()
        self._names = names
        self._kind = kind
        self._spool = spool
        self._seen: dict[str, tuple[str, bool]] = {}
        self._folders: dict[str, str] = {}

    def add(self, root: str) -> None:
        """Look through what a data path names."""
        real = os.path.realpath(root)
        if os.path.isdir(real):
            if (table := tables.table_around(real)) is not None:
                self.found.problems.append(Problem(root, *table))
            else:
                self._walk(real, root)
        elif self._spool is not None and is_pipe(root):
            self.add_pipe(root, self._spool / f"pipe-{zlib.crc32(os.fsencode(root)):08x}")
        else:
            self._take(real, root, _parts(os.path.dirname(real)), named_by_user=True)

    @property
    def folders(self) -> list[str]:
        """The folders that were looked through."""
        return list(self._folders)

    def look_again(self, folder: str) -> None:
        """Look for what is new in a folder that was looked through; not in those below it."""
        self._walk(folder, self._folders[folder], again=True)

    def forget_folder(self, folder: str) -> None:
        """Forget a folder that is gone: one of its name is a new one."""
        self._folders.pop(folder, None)

    def forget_file(self, path: str) -> None:
        """Forget a file that is gone."""
        self._seen.pop(path, None)

    def take_again(self, path: str) -> None:
        """Describe a file anew that has changed since it was found."""
        shown, named_by_user = self._seen.pop(path)
        self._take(path, shown, _parts(os.path.dirname(path)), named_by_user=named_by_user)

    def add_pipe(self, shown: str, copy: Path) -> None:
        """Keep what a pipe gives in a file, once, since it may be read more than once."""
        if not copy.exists():
            if shown == "stdin" and (sys.stdin is None or sys.stdin.isatty()):
                raise NothingFound(
                    "nothing is piped to stdin", "try: flowctl logs … | ops logs -d -"
                )
            with copy.open("wb") as file:
                if shown == "stdin":
                    _copy(sys.stdin.buffer, file)
                else:
                    with open(shown, "rb") as pipe:
                        _copy(pipe, file)
        self._take(str(copy), shown, (), named_by_user=True, piped=True)

    def _walk(self, real: str, shown: str, *, again: bool = False) -> None:
        waiting = [(real, "" if shown == "." else shown)]
        while waiting:
            folder, shown = waiting.pop()
            if folder in self._folders and not again:
                continue
            again = False
            self._folders[folder] = shown
            try:
                entries = list(os.scandir(folder))
            except OSError as error:
                self.found.problems.append(Problem(shown or folder, _os_reason(error)))
                continue
            parts = _parts(folder)
            if parts and parts[-1] == "recovery" and not _within_names(parts):
                self.found.passed_folders["recovery log"] += 1
                continue
            if manifest.has_manifest(entry.name for entry in entries):
                self._add_store(folder, shown or folder)
                continue
            if any(entry.name in _TABLE for entry in entries) and (
                table := tables.table_of(folder)
            ):
                self.found.problems.append(Problem(shown or folder, *table))
                continue
            if self._is_another_task(parts, entries):
                # A decoded name may go on below: acmeCo/a beside acmeCo/a/b.
                entries = [entry for entry in entries if not entry.name.startswith(_BELOW_NAME)]
            for entry in entries:
                self._enter(entry, os.path.join(shown, entry.name), parts, waiting)

    def _add_store(self, folder: str, shown: str) -> None:
        """Take a folder of materialized data for what its manifest says."""
        try:
            store = manifest.read(folder, shown)
        except (OSError, ValueError) as error:
            reason = _os_reason(error) if isinstance(error, OSError) else str(error)
            hint = "materialize it anew, into a new folder"
            self.found.problems.append(
                Problem(os.path.join(shown, manifest.MANIFEST), reason, hint)
            )
            return
        self.found.stores.append(store)
        self.found.problems += store.problems
        for task, kind in store.tasks.items():
            self.found.add_task(task, kind)

    def _enter(
        self,
        entry: os.DirEntry[str],
        shown: str,
        parts: tuple[str, ...],
        waiting: list[tuple[str, str]],
    ) -> None:
        path = os.path.realpath(entry.path) if entry.is_symlink() else entry.path
        if entry.name.startswith("."):
            self.found.passed_folders["hidden"] += 1
        elif os.path.isdir(path) if entry.is_symlink() else entry.is_dir():
            waiting.append((path, shown))
        else:
            self._take(path, shown, parts)

    def _is_another_task(self, parts: tuple[str, ...], entries: list[os.DirEntry[str]]) -> bool:
        """Tell whether the journals in a folder are of a task that nobody asked for."""
        if not parts or not any(part.startswith("name=") for part in parts):
            return False
        if not any(entry.name.startswith(_BELOW_NAME) for entry in entries):
            return False
        journal = journal_of((*parts, "pivot="))
        if journal is None or journal.task is None:
            return False
        self.found.add_task(journal.task, journal.kind)
        if self._names.matches(journal.task) and self._kind in (None, journal.kind):
            return False
        self.found.passed_folders["of another task"] += 1
        return True

    def _take(
        self,
        path: str,
        shown: str,
        parts: tuple[str, ...],
        *,
        named_by_user: bool = False,
        piped: bool = False,
    ) -> None:
        if path in self._seen:
            return
        self._seen[path] = shown, named_by_user
        try:
            status = os.stat(path)
            size = status.st_size
            if not stat.S_ISREG(status.st_mode):
                file = SourceFile(path, shown, FileFormat.JSON, Codec.NONE)
                self.found.leave_out(file, "no regular file")
                return
            if not os.access(path, os.R_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            file = describe(path, shown, parts, size, named_by_user=named_by_user)
            file = replace(file, identity=(status.st_ino, status.st_mtime_ns))
        except OSError as error:
            self.found.problems.append(Problem(shown, _os_reason(error)))
            return
        if file.why_not:
            self.found.leave_out(file, file.why_not)
        else:
            self.found.files.append(replace(file, piped=True) if piped else file)
        if file.task is not None:
            self.found.add_task(file.task, file.kind)


def _drop_materialized(found: Found) -> None:
    """Leave out the files whose documents lie in materialized data beside them."""
    if not found.stores or not found.files:
        return
    held = {path: told for store in found.stores for path, told in manifest.holds(store).items()}
    left: list[SourceFile] = []
    for file in found.files:
        size, changed, is_open = held.get(file.path, (None, None, None))
        is_same = file.identity is not None and (size, changed) == (file.size, file.identity[1])
        if is_same and not (is_open and file.fragment):
            found.leave_out(file, "materialized")
        else:
            left.append(file)
    found.files = left


def _drop_older_backfills(found: Found) -> None:
    newest: dict[str, int] = {}
    for file in found.files:
        if file.export:
            newest[file.export.path] = max(file.export.backfill, newest.get(file.export.path, 0))
    current: list[SourceFile] = []
    for file in found.files:
        if file.export and file.export.backfill < newest[file.export.path]:
            found.leave_out(file, "of an older backfill")
        else:
            current.append(file)
    found.files = current


def _copy(pipe: BinaryIO, file: BinaryIO) -> None:
    """Copy all that a pipe gives.

    A signal that comes just before a read begins does not end the read: so none waits for long.
    """
    try:
        descriptor = pipe.fileno()
    except OSError:  # none of the system's
        shutil.copyfileobj(pipe, file)
        return
    while True:
        if select.select([descriptor], [], [], _LONGEST_WAIT)[0]:
            chunk = os.read(descriptor, _CHUNK)
            if not chunk:
                return
            file.write(chunk)


def is_pipe(path: str) -> bool:
    """Tell whether a path is a pipe, as a shell's <(…) makes one."""
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)


def _within_names(parts: tuple[str, ...]) -> bool:
    """Tell whether the last folder is part of a task's or a tenant's name."""
    tenant = parts[-2:-1] == ("ops",) or parts[-3:-1] == ("tasks", "private")
    return tenant or any(part.startswith("name=") for part in parts)


def _parts(folder: str) -> tuple[str, ...]:
    """Give the names in an absolute path; `Path` takes six times as long, and there are many.

    Of a copy whose tool encoded even `=`, as they were before.
    """
    parts = tuple(filter(None, folder.split(os.sep)))
    if "%3D" not in folder and "%3d" not in folder:
        return parts
    return tuple(unquote(part) if _PARTITION.match(part) else part for part in parts)


def _os_reason(error: OSError) -> str:
    return f"cannot be read: {(error.strerror or str(error)).lower()}"


def nearest(name: str, tasks: set[str]) -> list[str]:
    """Give three names like a mistyped one, the best first; a prefix may lack its slash."""
    known = sorted(tasks)
    prefix = [f"{name}/"] if any(task.startswith(f"{name}/") for task in known) else []
    close = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
    return [*prefix, *(close or [task for task in known if name.strip("/*") in task])][:3]
