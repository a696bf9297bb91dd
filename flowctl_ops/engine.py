"""DuckDB: connecting, running the static SQL files, and its errors in our words."""

from __future__ import annotations

import os
import re
import shutil
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from flowctl_ops.errors import Interrupted, QueryFailed
from flowctl_ops.result import Row

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_PACKAGE = Path(__file__).parent
_MOST_THREADS = 8
_BASE_MB = 256
_THREAD_MB = 64
_BATCH = 2048
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Engine:
    """One in-memory DuckDB with a folder of its own for what does not fit into memory.

    Threads and memory are bounded; `give_room` moves the bound for what reads more.
    """

    def __init__(self, folder: Path) -> None:
        duckdb = _imported()
        self.folder = folder
        self._defined: set[str] = set()
        self._room_mb = 0
        self._errors = (duckdb.Error, RuntimeError)
        self._connection: DuckDBPyConnection = duckdb.connect()
        self._threads = min(os.cpu_count() or 1, _MOST_THREADS)
        self.script("engine.sql", threads=self._threads, temp_directory=str(folder / "spill"))
        self.give_room(_BASE_MB)

    def script(self, name: str, **parameters: object) -> None:
        """Run every statement of a SQL file of this package, each with the parameters it names.

        Raises:
            QueryFailed: with the engine's reason.
        """
        with self._translated():
            for statement in self._connection.extract_statements(text(name)):
                wanted = {key: parameters[key] for key in statement.named_parameters}
                self._connection.execute(statement, wanted)

    def give_room(self, megabytes: int) -> None:
        """Bound the memory from here on, beside what each thread needs to read; the rest spills."""
        if megabytes == self._room_mb:  # to set it takes as long as a small question
            return
        self._room_mb = megabytes
        limit = f"{megabytes + _THREAD_MB * self._threads}MB"
        self.script("room.sql", memory_limit=limit)

    def define(self, name: str) -> None:
        """Run a SQL file of macros, unless this connection has them already."""
        if name not in self._defined:
            self.script(name)
            self._defined.add(name)

    def batches(self, name: str, **parameters: object) -> Iterator[list[Row]]:
        """Run the one statement of a SQL file and give its rows, a few thousand at a time.

        The rows stream: another statement on this engine ends them.

        Raises:
            QueryFailed: with the engine's reason.
        """
        with self._translated():
            self.script(name, **parameters)
            while rows := self._connection.fetchmany(_BATCH):
                yield rows

    def rows(self, name: str, **parameters: object) -> list[Row]:
        """Run the one statement of a SQL file and give all its rows; for short answers."""
        return [row for batch in self.batches(name, **parameters) for row in batch]

    def value(self, name: str, **parameters: object) -> Any:
        """Run the one statement of a SQL file and give the first value of its first row."""
        rows = self.rows(name, **parameters)
        return rows[0][0] if rows else None

    def reason(self, name: str, **parameters: object) -> str | None:
        """Run the one statement of a SQL file; give the engine's reason if it fails, else None."""
        try:
            self.rows(name, **parameters)
        except QueryFailed as error:
            return error.sentence
        return None

    def interrupt(self) -> None:
        """End the query that runs; to be called from another thread."""
        self._connection.interrupt()

    def close(self) -> None:
        """End the connection; what it held is gone."""
        self._connection.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except KeyboardInterrupt:
            raise Interrupted from None
        except self._errors as error:
            if "interrupted" in str(error).lower():
                raise Interrupted from error
            raise QueryFailed(_sentence(str(error))) from error


def _sentence(message: str) -> str:
    """Keep of an engine's message what helps: its first line, without the error's class."""
    first = message.split("\n", maxsplit=1)[0]
    return re.sub(r"^[A-Z][\w ]* Error: ", "", first)


_texts: dict[str, str] = {}


def text(name: str) -> str:
    """Give a SQL file of this package."""
    if name not in _texts:
        _texts[name] = (_PACKAGE / name).read_text("utf-8")
    return _texts[name]


def _imported() -> ModuleType:
    """Import DuckDB with signals held back: one in the midst of it would abort the process.

    `duckdb` loads its engine, `_duckdb`, and then for 50 ms what we do not use. We take the engine
    alone, whose name is DuckDB's private affair (seen in 2.0), or `duckdb` where there is none.
    """
    held = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    try:
        import _duckdb
    except ImportError:
        import duckdb
    else:
        return _duckdb
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)
    return duckdb


def single_threaded() -> DuckDBPyConnection:
    """Give a connection for writing files that come out alike every time; the caller closes it."""
    import duckdb

    return duckdb.connect(config={"threads": 1})


@contextmanager
def _interruptible(engine: Engine) -> Iterator[None]:
    """End a query at once when a signal comes: some the engine would run to their ends."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    receiver, sender = os.pipe()
    os.set_blocking(sender, False)
    before = signal.set_wakeup_fd(sender, warn_on_full_buffer=False)

    def wait() -> None:
        while received := os.read(receiver, 1):
            if received[0] in _ENDING:
                engine.interrupt()

    watch = threading.Thread(target=wait, daemon=True)
    watch.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        os.close(sender)
        watch.join()
        os.close(receiver)


def _usual_folder() -> str:
    """Name the folder for temporary files that `tempfile` tries first; to import it takes 5 ms."""
    named = filter(None, map(os.environ.get, ("TMPDIR", "TEMP", "TMP")))
    return os.path.abspath(next(named, "/tmp"))  # noqa: S108 - a folder of our own is made in it


@contextmanager
def opened() -> Iterator[Engine]:
    """Give an engine and its folder for the length of a command, and leave nothing behind."""
    folder = Path(_usual_folder(), f"ops-{os.urandom(8).hex()}")
    try:  # from before it exists: a signal may come at any time
        try:
            folder.mkdir(mode=0o700)
        except OSError:
            import tempfile

            folder = Path(tempfile.gettempdir(), folder.name)
            folder.mkdir(mode=0o700)
        engine = Engine(folder)
        try:
            with _interruptible(engine):
                yield engine
        finally:
            engine.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
