"""Log documents: which of them a question matches, each read once into the view `logs`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from flowctl_ops.engine import Engine
from flowctl_ops.errors import UsageError
from flowctl_ops.filters import IGNORE_CASE, LogFilter, TimeRange
from flowctl_ops.relations.source import Source
from flowctl_ops.result import Row
from flowctl_ops.sources import Reader
from flowctl_ops.vocabulary import Collection

_TAIL_MARGIN = 64
_MOST_NEWEST = 500_000  # the engine keeps less than a million for `max(x, n)`
_EARLIEST_NS = -9_223_372_036_854_775_806
_LONG = 1 << 20  # bytes; of such a document the engine makes several copies to show it
_ROOM_OF_LONG_MB = 1536


class Logs:
    """The logs that a filter asks for, read once, in the views `logs` and `failures`."""

    def __init__(self, source: Source, asked: LogFilter) -> None:
        self._source = source
        self._engine: Engine = source.engine
        self._asked = asked
        self._bad_lines: dict[int, int] = {}
        self._untimed = 0

    def match(self) -> Reader:
        """Read what the filter asks for into the views; the source's account says what came of it.

        Raises:
            UsageError: if the search is no regular expression.
        """
        self._check_expressions()
        reader = self._source.open(Collection.LOGS, self._asked.window)
        self._match(reader)
        while reader.mend(self._damaged(reader)):
            self._match(reader)
        self._source.account.untimed["log"] += self._untimed
        self._source.close(Collection.LOGS, reader, self._bad_lines)
        return reader

    def _match(self, reader: Reader) -> None:
        tail = self._asked.tail
        if tail is None or self._asked.has_context or tail > _MOST_NEWEST:
            self._take(reader, self._asked)
        else:
            self._take_newest(reader, tail)

    def _damaged(self, reader: Reader) -> list[int]:
        """Find files whose bad lines come of bytes that the engine reads as if they were sound."""
        return [place for place in self._bad_lines if reader.is_damaged(place)]

    def newest_ns(self) -> int | None:
        """Give the time of the newest log of the asked tasks, in ns; None if there is none."""
        return self.coverage()[1]

    def coverage(self) -> tuple[int | None, int | None]:
        """Give the oldest and the newest time of the asked tasks' logs of any level, in ns."""
        reader = self._source.open(Collection.LOGS, TimeRange())
        rows = self._scan(
            reader,
            LogFilter(names=self._asked.names, kind=self._asked.kind),
            "relations/coverage.sql",
        )
        oldest = [row[0] for row in rows if row[0] is not None]
        newest = [row[1] for row in rows if row[1] is not None]
        return min(oldest, default=None), max(newest, default=None)

    def _take(self, reader: Reader, asked: LogFilter, places: Sequence[int] | None = None) -> None:
        """Fill the views with what a filter matches in these files, in all by default."""
        is_first = True

        def start() -> None:
            nonlocal is_first
            is_first = True
            self._engine.script("relations/empty_log_documents.sql")

        def keep() -> None:
            nonlocal is_first
            if not is_first:
                self._engine.script("relations/more_log_documents.sql")
            elif asked.is_selective and reader.shows_small_files():
                self._engine.script("relations/few_log_documents.sql")
            else:
                self._engine.script("relations/log_documents.sql")
            is_first = False

        self._ask(reader, asked)
        self._each(
            reader,
            start,
            keep,
            places,
        )
        self._engine.script("relations/logs.sql")
        if (self._engine.value("relations/longest_log.sql") or 0) > _LONG:
            self._engine.give_room(_ROOM_OF_LONG_MB)
        if places is None:
            self._note_bad(self._engine.rows("relations/bad_files.sql"))

    def _note_bad(self, rows: list[Row]) -> None:
        self._bad_lines = {file: bad for file, bad, _ in rows if bad}
        self._untimed = sum(untimed for _, _, untimed in rows)

    def _take_newest(self, reader: Reader, wanted: int) -> None:
        """Fill the views with at least the newest matches, holding no more documents than needed.

        One scan learns the times of the newest; a second takes the documents behind a threshold
        from the few files that have some. Copies among them make it go round again for more.
        """
        most = wanted + _TAIL_MARGIN
        while most <= _MOST_NEWEST:
            rows = self._scan(reader, self._asked, "relations/newest.sql", most=most)
            self._note_bad([(file, bad, untimed) for file, _, bad, untimed in rows])
            times = sorted((ns for row in rows for ns in row[1] or ()), reverse=True)
            threshold = times[most - 1] if len(times) >= most else None
            if threshold is None or threshold < _EARLIEST_NS:
                places = [row[0] for row in rows if row[1]]
                self._take(reader, self._asked, places)
                return
            window = replace(self._asked.window, since=threshold + 1)
            places = [row[0] for row in rows if row[1] and row[1][0] > threshold]
            self._take(reader, replace(self._asked, window=window), places)
            if self._engine.value("relations/count_logs.sql") >= wanted:
                return
            most *= 4
        self._take(reader, self._asked)

    def _scan(
        self, reader: Reader, asked: LogFilter, query: str, **parameters: object
    ) -> list[Row]:
        rows: list[Row] = []
        self._ask(reader, asked)
        self._each(
            reader,
            rows.clear,
            lambda: rows.extend(self._engine.rows(query, **parameters)),
        )
        return rows

    def _each(
        self,
        reader: Reader,
        start: Callable[[], None],
        take: Callable[[], None],
        places: Sequence[int] | None = None,
    ) -> None:
        def view_and_take() -> None:
            self._engine.script("relations/matching_documents.sql")
            take()

        reader.read(start, view_and_take, places)

    def _ask(self, reader: Reader, asked: LogFilter) -> None:
        settled = reader.is_all_of(asked.names, asked.kind)
        self._engine.script(
            "relations/asked.sql",
            names_regex=None if settled else asked.names.regex,
            kind=None if settled else asked.kind,
            since_ns=asked.window.since,
            until_ns=asked.window.until,
            max_rank=asked.max_rank,
            grep=asked.grep,
            invert=asked.invert,
            conditions=[vars(condition) for condition in asked.where],
            keep_unmatched=asked.has_context,
        )

    def _check_expressions(self) -> None:
        patterns = [self._asked.grep] if self._asked.grep is not None else []
        patterns += [c.value for c in self._asked.where if c.operator in ("~", "!~")]
        for pattern in patterns:
            reason = self._engine.reason("relations/check_pattern.sql", pattern=pattern)
            if reason is not None:
                shown = pattern.removeprefix(IGNORE_CASE)
                message = f"{shown} is no regular expression: {reason.partition(': ')[0]}"
                raise UsageError(message, "escape signs that should stand for themselves with \\")
