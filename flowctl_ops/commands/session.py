"""What every command does: open the data, read the window, print the answer, tell, leave."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from functools import partial
from typing import TYPE_CHECKING

import typer

from flowctl_ops import notes, texts, times
from flowctl_ops.errors import ExitCode
from flowctl_ops.filters import NameFilter, Window
from flowctl_ops.notes import stored
from flowctl_ops.render import RENDERERS, Output, Renderer, stream, theme
from flowctl_ops.render.cells import Style
from flowctl_ops.render.sections import Section
from flowctl_ops.render.sections import write as write_sections
from flowctl_ops.render.theme import Color
from flowctl_ops.result import Result
from flowctl_ops.vocabulary import TaskKind

if TYPE_CHECKING:
    from flowctl_ops.engine import Engine
    from flowctl_ops.relations import Data, Source
    from flowctl_ops.relations.follow import Follow
    from flowctl_ops.statement import Statement
    from flowctl_ops.store.cache import Cache


@dataclass(frozen=True)
class Settings:
    """The options that commands share: where to look, how to print, how much to tell.

    `cache` tells whether what is kept of the files may answer. A pager opens `at_end` where the
    newest is what was asked for.
    """

    data: list[str] | None = None
    slack: str = "24h"
    verify: bool = False
    cache: bool = False
    output: Output = Output.TEXT
    zone: tzinfo = UTC
    color: Color = Color.AUTO
    pager: bool = True
    binary: bool = False
    wide: bool = False
    at_end: bool = False
    exit_code: bool = False
    quiet: bool = False
    verbose: bool = False


class Session:
    """One question: its engine, and how its answer leaves."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self.engine = engine
        self.settings = settings
        self._cache: Cache | None = None

    def find(self, names: NameFilter, kind: TaskKind | None = None) -> Source:
        """Find the files that tasks of these names may have.

        Raises:
            NothingFound: if there are none at all.
        """
        from flowctl_ops import relations

        return relations.Source(self.engine, self._data(), names, kind)

    def follow(self, names: NameFilter, kind: TaskKind | None = None) -> Follow:
        """Follow the files that tasks of these names have and will have.

        Raises:
            NothingFound: if none of the data paths exists.
        """
        from flowctl_ops.relations.follow import Follow

        return Follow(self.engine, self._data(), names, kind)

    def _data(self) -> Data:
        from flowctl_ops import relations

        slack = times.duration(self.settings.slack)
        paths = texts.data_paths(self.settings.data)
        return relations.Data(paths, slack, self.settings.verify, self._cached(paths))

    def _cached(self, paths: tuple[str, ...]) -> Cache | None:
        """Give the cache of some data paths; None where it is off, or files are to be read."""
        settings = self.settings
        if not settings.cache or settings.verify:
            return None
        if self._cache is None and (most := texts.cache_size()) is not None:
            from flowctl_ops.render.progress import shown
            from flowctl_ops.store.cache import Cache

            self._cache = Cache(self.engine, paths, most, partial(shown, quiet=settings.quiet))
        return self._cache

    def close(self) -> None:
        """Let others write the cache."""
        if self._cache is not None:
            self._cache.close()

    def show(self, result: Result) -> int:
        """Print an answer; give the number of its rows, or one if the reader left the pager.

        All of it was read by now: who reads long in a pager keeps nobody from writing the cache.
        """
        self.close()
        return show(result, self.settings)

    def print_sql(self, statement: Statement, *, uncommitted: bool = False) -> None:
        """Print a statement for `ops sql` instead of its answer."""
        typer.echo(statement.printed())
        notes.printed(uncommitted=uncommitted)

    def tell_account(self, source: Source, window: Window) -> None:
        """Tell what was noticed while reading."""
        notes.problems(source.account)
        if not self.settings.quiet:
            notes.account(source.account, window if self.settings.verbose else None)
            if self.settings.verbose and self._cache is not None:
                stored.cached(is_asked=self._cache.is_asked, why_not=self._cache.why_not)
            notes.empty_window(window)

    def leave(
        self, source: Source, count: int, window: Window, nothing: Callable[[], None]
    ) -> None:
        """Tell what was noticed, `nothing` of an empty answer; leave with the exit code of it.

        3 if something could not be read, 1 if nothing matched and that was asked.
        """
        self.tell_account(source, window)
        if not self.settings.quiet and not count:
            nothing()
        if not source.account.complete:
            raise typer.Exit(ExitCode.DATA)
        if self.settings.exit_code and not count:
            raise typer.Exit(ExitCode.FINDING)


def show(result: Result, settings: Settings, renderer: Renderer | None = None) -> int:
    """Print an answer; give the number of its rows, or one if the reader left the pager.

    A command that has formats of its own names the `renderer`.
    """
    render = renderer or RENDERERS[settings.output]
    style = _style(settings)
    count = 1
    with stream.output(paged=settings.pager, at_end=settings.at_end, head=style.head) as out:
        terminal = sys.stdout.isatty()
        count = render(result, out, replace(style, terminal=terminal))
    notes.left_out(style.left_out)
    return count


def drawn(result: Result, settings: Settings) -> bytes:
    """Give an answer as `show` prints it on a terminal."""
    out = io.BytesIO()
    RENDERERS[settings.output](result, out, replace(_style(settings), terminal=True))
    return out.getvalue()


def _style(settings: Settings) -> Style:
    return theme.style(
        settings.color,
        sys.stdout,
        zone=settings.zone,
        binary=settings.binary,
        wide=settings.wide,
    )


def tell(sections: Iterable[Section], settings: Settings) -> None:
    """Print an answer in words."""
    style = theme.style(settings.color, sys.stdout, zone=settings.zone, binary=settings.binary)
    with stream.output(paged=settings.pager) as out:
        write_sections(sections, out, style)


@contextmanager
def opened(settings: Settings) -> Iterator[Session]:
    """Open a session for the length of a command, and leave nothing behind."""
    from flowctl_ops import engine

    with engine.opened() as connection:
        session = Session(connection, settings)
        try:
            yield session
        finally:
            session.close()
