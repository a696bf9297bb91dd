"""`ops logs --follow`: one answer that goes on, arrival by arrival, until something ends it."""

from __future__ import annotations

import select
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import typer

from flowctl_ops import notes, texts, times
from flowctl_ops.commands.session import Session
from flowctl_ops.errors import ExitCode, Interrupted, UnknownTask, UsageError
from flowctl_ops.filters import LogFilter
from flowctl_ops.queries import logs as query
from flowctl_ops.relations import Logs, Source, check_expression
from flowctl_ops.relations.follow import Follow
from flowctl_ops.render import Output
from flowctl_ops.result import Result, Row

_COLUMNS = {Output.TEXT: query.LINE, Output.JSON: query.DOCUMENT}
_LONG = 3600.0  # seconds of a wait that only a signal ends


@dataclass(frozen=True)
class Ends:
    """What ends it besides signals: a length of time in ns, a line that a search finds."""

    after: int | None = None
    match: str | None = None


def ends(exit_after: str | None, until_match: str | None, *, follow: bool) -> Ends:
    """Read --exit-after and --until-match, which want --follow.

    Raises:
        UsageError: if one is given without it, or is no length of time.
    """
    for option, given in (("--exit-after", exit_after), ("--until-match", until_match)):
        if given is not None and not follow:
            message = f"{option} ends --follow, and that is not asked for"
            raise UsageError(message, f"add --follow, or leave out {option}")
    after = None if exit_after is None else times.duration(exit_after)
    return Ends(after, None if until_match is None else texts.pattern(until_match))


def check(asked: LogFilter, *, print_sql: bool) -> None:
    """Refuse what cannot be told of lines that are not there yet.

    Raises:
        UsageError: naming it.
    """
    if asked.reverse:
        message = "--follow prints lines as they come, and --reverse the newest first"
        raise UsageError(message, "leave out one of them")
    if asked.has_context:
        message = "--follow does not know the lines around one that has just come"
        raise UsageError(message, "leave out -A, -B and -C, and ask for them without --follow")
    if print_sql:
        message = "no statement follows files"
        raise UsageError(message, "leave out --follow, or --print-sql")


class Following:
    """The one answer: its rows as they come, and how it ended."""

    def __init__(
        self,
        opened: Session,
        asked: LogFilter,
        until: Ends,
        answer: Callable[[LogFilter], Result],
        follow: Follow,
    ) -> None:
        self._opened, self._asked, self._until = opened, asked, until
        self._answer = answer
        self._follow = follow
        self._began = time.monotonic()
        self._matched = False
        self._complete = True
        self._is_unread = False
        self.lines = 0

    def run(self, first: Source) -> None:
        """Print the answer until it ends, and leave with the exit code of it."""
        if self._until.match is not None:
            check_expression(self._opened.engine, self._until.match)
        columns = _COLUMNS.get(self._opened.settings.output, query.ROW)
        self._tell_unknown(first)
        try:
            self._opened.show(Result(columns, self._batches(first)))
        except (KeyboardInterrupt, Interrupted, SystemExit):
            if sys.stderr.isatty():
                sys.stderr.write("\n")  # behind the ^C that a terminal shows
            self._tell_end()
            raise
        finally:
            self._follow.close()
        if self._is_unread:
            return
        self._tell_end()
        if not self._complete:
            raise typer.Exit(ExitCode.DATA)
        is_found = self._matched if self._until.match else self.lines > 0
        if self._opened.settings.exit_code and not is_found:
            raise typer.Exit(ExitCode.FINDING)

    def _tell_unknown(self, first: Source) -> None:
        if self._follow.has_files and not self._opened.settings.quiet:
            try:
                first.check_names(self._asked.names)
            except UnknownTask as unknown:
                notes.waits_for(unknown)

    def _tell_end(self) -> None:
        if not self._opened.settings.quiet:
            notes.followed(self.lines, time.monotonic() - self._began)

    def _batches(self, source: Source) -> Iterator[list[Row]]:
        yield from self._first(source)
        self._asked = replace(self._asked, tail=None)
        while not self._is_over():
            arrival = self._follow.arrival()
            if arrival is None:
                self._follow.wait(self._left())
            else:
                self._load(arrival)
                yield from self._rows(arrival)
                notes.problems(arrival.account)
                if not self._opened.settings.quiet:
                    notes.account(arrival.account)

    def _first(self, source: Source) -> Iterator[list[Row]]:
        """Give what is there, once nothing of it is written while it is read."""
        self._load(source)
        while self._follow.has_moved(source):
            source = self._follow.first()
            self._load(source)
        yield from self._rows(source)
        self._opened.tell_account(source, self._asked.window)

    def _load(self, source: Source) -> None:
        source.load(Logs(self._asked, follows=True), window=self._asked.window)

    def _rows(self, source: Source) -> Iterator[list[Row]]:
        """Give the rows of an arrival, up to the line that ends it all; flush, and tell."""
        engine = self._opened.engine
        last: int | None = None
        if self._until.match is not None:
            last = query.first_match(engine, self._asked, self._until.match)
        self._matched = last is not None
        for batch in _first_rows(self._answer(self._asked).batches, last):
            self.lines += len(batch)
            yield batch
        sys.stdout.flush()
        self._complete &= source.account.complete
        source.account.problems = self._follow.settle(source)

    def _left(self) -> float:
        """Give how many seconds are left."""
        if self._until.after is None:
            return _LONG
        return self._until.after / 1e9 - (time.monotonic() - self._began)

    def _is_over(self) -> bool:
        if self._matched or self._left() <= 0 or self._follow.is_over:
            return True
        self._is_unread = _reader_is_gone()
        return self._is_unread


def _first_rows(batches: Iterable[list[Row]], most: int | None) -> Iterator[list[Row]]:
    """Give so many rows of an answer, in batches."""
    for batch in batches:
        yield batch if most is None else batch[:most]
        if most is not None:
            most -= len(batch)
            if most <= 0:
                return


def _reader_is_gone() -> bool:
    """Tell whether nobody reads what is printed: the next line would fail."""
    try:
        poll = select.poll()
        poll.register(sys.stdout.fileno(), 0)
        return any(event & select.POLLERR for _, event in poll.poll(0))
    except (AttributeError, OSError, ValueError):
        return False
