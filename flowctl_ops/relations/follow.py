"""What comes to the files of a question while it follows them: arrivals, each a source of its own.

An arrival is read, asked and answered as any other source: by one reader, one question, one format.
"""

from __future__ import annotations

import os
import select
import sys
import time
from pathlib import Path

from flowctl_ops.engine import Engine
from flowctl_ops.errors import NothingFound, UsageError
from flowctl_ops.filters import NameFilter
from flowctl_ops.relations.data import Data
from flowctl_ops.relations.source import Source
from flowctl_ops.sources import Found, Problem, is_pipe
from flowctl_ops.sources.ledger import Ledger
from flowctl_ops.sources.pipes import Pipe
from flowctl_ops.sources.resting import changed
from flowctl_ops.sources.watch import Watch
from flowctl_ops.vocabulary import TaskKind

_TOGETHER = 0.03  # seconds that a pipe is given to say all that it says at once
_MOST_REMEMBERED = 1 << 20  # producers and clocks; half of them at the least
_REST = 3  # how much longer than an answer a pause is at the least, as far as that is 0.5 s
_LONGEST_REST = 0.5
_SELDOM = 1.0  # seconds between looks whether anybody reads, where pipes alone are followed


class Follow:
    """The files and pipes below the data paths, and what of them has been read.

    Raises:
        NothingFound: if none of the data paths exists.
    """

    def __init__(
        self, engine: Engine, data: Data, names: NameFilter, kind: TaskKind | None = None
    ) -> None:
        self._engine, self._data, self._names, self._kind = engine, data, names, kind
        self._folder = engine.folder / "arrived"
        self._folder.mkdir()
        self._pipes = [_opened(path, self._folder) for path in data.paths if _is_pipe(path)]
        files = [path for path in data.paths if not _is_pipe(path)]
        self._watch = Watch(files, names, kind) if files else None
        self._ledger = Ledger(self._folder)
        self._moving: set[str] = set()
        self._said: set[Problem] = set()
        self._answered = 0.0
        engine.script("relations/remember_none.sql")

    @property
    def has_files(self) -> bool:
        """Tell whether there is more than pipes."""
        return self._watch is not None

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more can come: there are pipes alone, and all have ended."""
        return self._watch is None and all(pipe.ended for pipe in self._pipes)

    def first(self) -> Source:
        """Give what there is at first."""
        found = self._watch.look() if self._watch else Found()
        if found.stores:
            raise UsageError(
                f"{found.stores[0].shown} is materialized, and holds what was there when it was",
                "follow the files that it is made of",
            )
        found.files = self._ledger.first(found.files, self._moving)
        return self._source(found)

    def has_moved(self, source: Source) -> bool:
        """Tell whether a file that was read where it lies was written meanwhile.

        Then nothing tells how far it was read: it is all to be read again, from `first` on.
        """
        moved = changed(source.found.files)
        if not moved or self._watch is None:
            return False
        self._moving |= moved
        self._ledger.close()
        self._ledger = Ledger(self._folder)
        self._watch = Watch(self._watch.data, self._names, self._kind)
        return True

    def arrival(self) -> Source | None:
        """Give what has come since; None if there is nothing, or nothing whole."""
        found = self._watch.look() if self._watch else Found()
        gone = self._watch.gone if self._watch else ()
        if found.files or gone or self._ledger.is_waiting:
            found.files = self._ledger.arrival(found.files, gone)
        found.files += [piece for pipe in self._pipes for piece in pipe.arrival()]
        return self._source(found) if found.files or found.problems else None

    def _source(self, found: Found) -> Source:
        self._answered = time.monotonic()
        return Source(self._engine, self._data, self._names, self._kind, found=found)

    def settle(self, source: Source) -> list[Problem]:
        """Remember what has been answered; give the problems that have not been named before."""
        lost = {problem.where for problem in source.account.problems}
        self._ledger.settle(source.found.files, lost)
        self._ledger.clear()
        for file in source.found.files:
            if file.path.startswith(f"{self._folder}{os.sep}"):
                Path(file.path).unlink(missing_ok=True)
        for piece in (self._engine.folder / "mended").iterdir():
            piece.unlink(missing_ok=True)
        self._engine.script("relations/remember.sql")
        if self._engine.value("relations/count_keys.sql") > _MOST_REMEMBERED // 2:
            self._engine.script("relations/remember_less.sql")
        new = [problem for problem in source.account.problems if problem not in self._said]
        if len(self._said) < _MOST_REMEMBERED // 100:
            self._said.update(new)
        self._answered = time.monotonic() - self._answered
        return new

    def wait(self, most: float) -> None:
        """Wait until something may have come, `most` seconds at the longest."""
        if self.is_over:
            return
        pause = self._watch.pause if self._watch else _SELDOM
        rest = min(self._answered * _REST, _LONGEST_REST)
        self._answered = 0.0
        pipes = [pipe.descriptor for pipe in self._pipes if not pipe.ended]
        waited = max(min(max(pause, rest), most), 0.0)
        if not pipes:
            time.sleep(waited)
        elif select.select(pipes, [], [], waited)[0]:
            time.sleep(max(min(_TOGETHER, most), 0.0))

    def close(self) -> None:
        """Let go of every file and pipe."""
        self._ledger.close()
        for pipe in self._pipes:
            pipe.close()


def _is_pipe(path: str) -> bool:
    return path == "-" or is_pipe(path)


def _opened(path: str, folder: Path) -> Pipe:
    """Open a pipe without waiting for a writer.

    Raises:
        NothingFound: if it is the keyboard.
    """
    if path != "-":
        return Pipe(os.open(path, os.O_RDONLY | os.O_NONBLOCK), path, folder)
    if sys.stdin is None or sys.stdin.isatty():
        raise NothingFound("nothing is piped to stdin", "try: flowctl logs … | ops logs -d - -f")
    return Pipe(sys.stdin.fileno(), "stdin", folder)
