"""Running the static SQL files, with the room they need, and DuckDB's errors in our words."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flowctl_ops.engine.definitions import macros
from flowctl_ops.engine.library import imported
from flowctl_ops.errors import Interrupted, OutOfRoom, QueryFailed
from flowctl_ops.result import Row
from flowctl_ops.statement import Part, Statement, Values, part, statement, text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_MOST_THREADS = 8
_FIRST_MB = 384  # beside what each thread needs to read; the rest spills
_THREAD_MB = 64
_MUCH_MB = 2048  # the most that is taken before anything is refused, or a quarter of the machine
_SHARE_OF_MACHINE = 0.6  # of its memory, where less is refused
_BATCH = 2048
_WORD = re.compile(r"\w+")


class Engine:
    """One in-memory DuckDB with a folder of its own for what does not fit into memory.

    Threads and memory are bounded. What can spill does; what cannot is tried again with more room,
    up to a share of the machine's.
    """

    def __init__(self, folder: Path) -> None:
        duckdb = imported()
        self.folder = folder
        self._defined: set[str] = set()
        self._shown: dict[str, Part] = {}
        self._errors = (duckdb.Error, RuntimeError)
        threads = min(os.cpu_count() or 1, _MOST_THREADS)
        self._room_mb = _FIRST_MB + _THREAD_MB * threads
        with self._translated():
            self._connection: DuckDBPyConnection = duckdb.connect()
        self.script(
            "engine/set_up.sql",
            threads=threads,
            temp_directory=str(folder / "spill"),
            memory_limit=f"{self._room_mb}MB",
        )

    def script(self, name: str, **parameters: object) -> None:
        """Run every statement of a SQL file of this package, each with the parameters it names.

        Raises:
            QueryFailed: with the engine's reason.
        """
        with self._translated():
            self.define(text(name))
            for statement in self._connection.extract_statements(text(name)):
                wanted = {key: parameters[key] for key in statement.named_parameters}
                self._connection.execute(statement, wanted)

    def keep(self, relation: str, values: Values | None = None, *, in_order: bool = True) -> None:
        """Keep a relation of `relations/` as a table: where two read it, or order must be kept.

        Without `in_order` the rows of a file stay in order, but files come as they are read: to
        keep those in order as well takes as long as reading, where they are many and small.

        Raises:
            QueryFailed: with the engine's reason.
        """
        if not in_order:
            self._execute("SET preserve_insertion_order = false")
        try:
            select = part(f"relations/{relation}.sql", values or {})
            made = statement(
                "relations/keep.sql",
                {**(values or {}), "relation": Part(relation), "select": select},
            )
            self._with_room(made)
        finally:
            if not in_order:
                self._execute("SET preserve_insertion_order = true")

    def show(self, relation: str, marks: Values | None = None) -> None:
        """Show a relation of `relations/` as a view; it takes marks, and no values."""
        select = part(f"relations/{relation}.sql", marks or {})
        self._shown[relation] = select
        self._make("relations/show.sql", relation=Part(relation), select=select)

    def put_in_order(self, relation: str, order: str) -> None:
        """Show a relation, shown before, in an order for who asks for none."""
        select, by = self._shown[relation], Part(order)
        self._make("relations/show_in_order.sql", relation=Part(relation), select=select, order=by)

    def _make(self, maker: str, **parts: Part) -> None:
        self._with_room(statement(maker, parts))

    def ask(self, asked: Statement) -> Iterator[list[Row]]:
        """Run a statement and give its rows, a few thousand at a time.

        The rows stream: another statement on this engine ends them. Where memory runs out in their
        midst, the statement is run again with more, and goes on where it was.

        Raises:
            QueryFailed: with the engine's reason.
        """
        given = 0
        while True:
            try:
                self._execute(asked.text, asked.values)
                again = 0
                while rows := self._fetch():
                    again += len(rows)
                    if again > given:
                        new, given = rows[len(rows) - (again - given) :], again
                        yield new
            except OutOfRoom:
                self._make_room()
            else:
                return

    def ask_file(self, file: str, values: Values) -> Iterator[list[Row]]:
        """Run the statement that a SQL file is with these values and marks; give its rows."""
        return self.ask(statement(file, values))

    def rows(self, file: str, **parameters: Any) -> list[Row]:
        """Run the one statement of a SQL file and give all its rows; for short answers."""
        return [row for batch in self.ask(Statement(text(file), parameters)) for row in batch]

    def value(self, file: str, **parameters: Any) -> Any:
        """Run the one statement of a SQL file and give the first value of its first row."""
        rows = self.rows(file, **parameters)
        return rows[0][0] if rows else None

    def reason(self, file: str, **parameters: Any) -> str | None:
        """Run the one statement of a SQL file; give the engine's reason if it fails, else None."""
        try:
            self.rows(file, **parameters)
        except QueryFailed as error:
            return error.sentence
        return None

    def whole_reason(self, select: str) -> list[str]:
        """Give the lines of the engine's reason to refuse a SELECT: candidates, and the place."""
        try:
            for each in self._connection.extract_statements(select)[:1]:
                if each.type.name == "SELECT":
                    self._connection.execute(each)
        except self._errors as error:
            return str(error).splitlines()
        return []

    def interrupt(self) -> None:
        """End the query that runs; to be called from another thread."""
        self._connection.interrupt()

    def close(self) -> None:
        """End the connection; what it held is gone."""
        self._connection.close()

    def _with_room(self, asked: Statement) -> None:
        while True:
            try:
                return self._execute(asked.text, asked.values)
            except OutOfRoom:
                self._make_room()

    def give_all_room(self) -> None:
        """Let a statement take the share of the machine, where the bound cannot be moved later."""
        self._bound(int(_machine_mb() * _SHARE_OF_MACHINE))

    def make_room_for(self, read: int) -> None:
        """Let a table of what is read, in bytes, stay in memory: spilling is half as slow again."""
        wanted = min(_FIRST_MB + (read >> 20), _MUCH_MB, _machine_mb() // 4)
        if wanted > self._room_mb:
            self._bound(wanted)

    def _make_room(self) -> None:
        """Double the bound of memory.

        Raises:
            OutOfRoom: once the machine's share is reached.
        """
        most = int(_machine_mb() * _SHARE_OF_MACHINE)
        if self._room_mb >= most:
            raise OutOfRoom(self._room_mb)
        self._bound(min(2 * self._room_mb, most))

    def _bound(self, megabytes: int) -> None:
        self._room_mb = megabytes
        self.script("engine/room.sql", memory_limit=f"{megabytes}MB")

    def _execute(self, statement: str, parameters: Mapping[str, object] | None = None) -> None:
        self.define(statement)
        with self._translated():
            self._connection.execute(statement, parameters)

    def define(self, statement: str) -> None:
        """Define the macros that a statement names; to define all takes a tenth of a second."""
        for name in _WORD.findall(statement):
            if name in self._defined or name not in macros():
                continue
            self._defined.add(name)
            definition = macros()[name]
            self.define(definition)
            with self._translated():
                self._connection.execute(definition)

    def _fetch(self) -> list[Row]:
        with self._translated():
            return self._connection.fetchmany(_BATCH)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except KeyboardInterrupt:
            raise Interrupted from None
        except self._errors as error:
            if "interrupted" in str(error).lower():
                raise Interrupted from error
            if str(error).startswith("Out of Memory Error"):
                raise OutOfRoom(self._room_mb) from error
            raise QueryFailed(_sentence(str(error))) from error


def _machine_mb() -> int:
    """Give the memory that this process may have, in MB: the machine's, or its container's."""
    pages = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        limit = int(Path("/sys/fs/cgroup/memory.max").read_text("ascii"))
    except (OSError, ValueError):
        limit = pages
    return min(pages, limit) >> 20


def _sentence(message: str) -> str:
    """Keep of an engine's message what helps: its first line, without the error's class."""
    first = message.split("\n", maxsplit=1)[0]
    return re.sub(r"^[A-Z][\w ]* Error: ", "", first)
