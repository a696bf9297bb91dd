"""What is new below the data paths, look by look: folders by their time of change, files by theirs.

A folder changes when a name comes, goes or is given to another file; one that grows does not change
it. So a look costs a `stat` of each folder, and of each file that may grow: closed fragments may
not. The time is that of the inode, which no tool sets back as it does the other. It needs nothing
of the system beside, and sees what network and container mounts hide from those who wait for
events.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence

from flowctl_ops.errors import NothingFound
from flowctl_ops.filters import NameFilter
from flowctl_ops.sources.files import Found, Problem, SourceFile
from flowctl_ops.sources.find import Search, expand
from flowctl_ops.vocabulary import TaskKind

_CERTAIN = 2.5  # seconds after which a change would have another time, on any file system
_LEAST_PAUSE, _USUAL_PAUSE = 0.2, 0.75  # seconds between looks
_SHARE, _MOST_SHARE = 130, 12  # how much longer than a look a pause is; and at the least
_Stamp = tuple[int, int, int]


class Watch:
    """Looks for files that tasks of these names may have.

    Raises:
        NothingFound: if none of the data paths exists.
    """

    def __init__(
        self, data: Sequence[str], names: NameFilter, kind: TaskKind | None = None
    ) -> None:
        self.data = data
        self._search = Search(names, kind, None)
        self._roots: dict[str, str | None] = {}  # where those lead to that are links
        self._walked: set[str] = set()
        self._resting: dict[str, int | None] = {}  # folders whose time would tell of any change
        self._files: dict[str, _Stamp | None] = {}
        self._backfills: dict[str, int] = {}
        self._cost = 0.0
        self._missing: list[Problem] = []
        self.gone: list[str] = []
        for path in data:
            try:
                expand(path)
            except NothingFound as error:
                self._missing.append(Problem(path, "does not exist", error.hint))
                if len(self._missing) == len(data):
                    raise

    @property
    def pause(self) -> float:
        """How many seconds to wait until the next look, by what the last one took.

        Looking takes less than 1 % of a core as long as a look takes less than 6 ms, which is some
        thousand files; of more, what is new is still seen within a second up to 60 ms.
        """
        usual = max(_LEAST_PAUSE, min(self._cost * _SHARE, _USUAL_PAUSE))
        return max(usual, self._cost * _MOST_SHARE)

    def look(self) -> Found:
        """Give the files that came or changed since the last look: at first, all of them.

        `gone` are the paths that are no longer there.
        """
        began, now = time.thread_time(), time.time()
        self._search.found = found = Found(problems=self._missing)
        self._missing, self.gone = [], []
        self._look_at_roots()
        self._look_at_folders(now)
        self._look_at_files()
        for file in found.files:
            if file.fragment is None or file.fragment.growing:
                self._files[file.path] = _stamp(file.path)
        for file in found.left_out:
            if file.size == 0:  # nothing in it tells its format
                self._files[file.path] = _stamp(file.path)
        found.files = self._current(found.files)
        self._cost = time.thread_time() - began
        return found

    def _look_at_roots(self) -> None:
        for path in self.data:
            try:
                roots = expand(path)
            except NothingFound:
                continue
            for root in roots:
                leads_to = self._roots.get(root)
                is_new = root not in self._roots or (leads_to and leads_to != _link(root))
                if is_new and os.path.exists(root):
                    self._roots[root] = _link(root)
                    self._search.add(root)

    def _look_at_folders(self, now: float) -> None:
        """Walk once more what changed since it was walked, or so lately that it may again."""
        known, stat, walked = self._resting, os.stat, self._walked
        folders = self._search.folders
        while folders:
            for folder in folders:
                try:
                    changed = stat(folder).st_ctime_ns
                except OSError:
                    self._forget_folder(folder)
                    continue
                if known.get(folder) == changed:
                    continue
                is_certain = now - changed / 1e9 > _CERTAIN
                known[folder] = changed if is_certain else None
                if folder in walked or not is_certain:
                    self._search.look_again(folder)
                walked.add(folder)
            folders = [each for each in self._search.folders if each not in walked]

    def _look_at_files(self) -> None:
        """Describe files anew whose size, time or inode is another."""
        stat = os.stat
        changed: list[tuple[str, _Stamp]] = []
        for path, known in self._files.items():
            try:
                now = stat(path)
            except OSError:
                self.gone.append(path)
                continue
            stamp = now.st_ctime_ns, now.st_size, now.st_ino
            if stamp != known:
                changed.append((path, stamp))
        for path in self.gone:
            del self._files[path]
            self._search.forget_file(path)
            self._forget_root(path)
        for path, stamp in changed:
            self._files[path] = stamp
            self._search.take_again(path)

    def _forget_folder(self, folder: str) -> None:
        self._search.forget_folder(folder)
        self._resting.pop(folder, None)
        self._walked.discard(folder)
        self._forget_root(folder)

    def _forget_root(self, path: str) -> None:
        """Look for a data path again that is gone."""
        for root in [each for each in self._roots if os.path.realpath(each) == path]:
            del self._roots[root]

    def _current(self, files: list[SourceFile]) -> list[SourceFile]:
        """Leave out files of exports that are not of their newest backfill."""
        newest = self._backfills
        for file in files:
            if file.export:
                path, backfill = file.export.path, file.export.backfill
                newest[path] = max(backfill, newest.get(path, 0))
        return [f for f in files if not f.export or f.export.backfill == newest[f.export.path]]


def _link(path: str) -> str | None:
    """Give where a symbolic link leads to in the end; None for any other path."""
    return os.path.realpath(path) if os.path.islink(path) else None


def _stamp(path: str) -> _Stamp | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_ctime_ns, status.st_size, status.st_ino
