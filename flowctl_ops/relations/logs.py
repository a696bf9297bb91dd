"""Log documents: which of them a question matches, each read once into the view `logs`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from flowctl_ops import sources
from flowctl_ops.engine import Engine
from flowctl_ops.errors import UnknownTask, UsageError
from flowctl_ops.filters import IGNORE_CASE, LogFilter, NameFilter, TimeRange
from flowctl_ops.relations.lines import named_lines
from flowctl_ops.result import Row
from flowctl_ops.sources import Hole, Problem, Reader, Selection

_LINES_NAMED = 10
_TAIL_MARGIN = 64
_MOST_NEWEST = 500_000  # the engine keeps less than a million for `max(x, n)`
_EARLIEST_NS = -9_223_372_036_854_775_806


@dataclass(frozen=True)
class Data:
    """Where to look and how closely; `slack` is how late a document may be appended, in ns."""

    paths: tuple[str, ...]
    slack: int = sources.DEFAULT_SLACK_NS
    verify: bool = False


@dataclass
class Account:
    """What was read to answer, and what could not be: the matter of every note on stderr.

    `passed` counts by reason what was not opened. `problems` are named one by one;
    `more_bad_lines` is how many bad lines there are beside.
    """

    found: int = 0
    opened: int = 0
    passed: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    more_bad_lines: int = 0
    unfinished_lines: int = 0
    untimed: int = 0
    holes: list[Hole] = field(default_factory=list)
    conflicts: list[Problem] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Tell whether all that was found could be read."""
        return not self.problems and not self.more_bad_lines


class Logs:
    """The logs that a filter asks for, read once, in the views `logs` and `failures`.

    Raises:
        NothingFound: if the data paths hold nothing.
    """

    def __init__(self, engine: Engine, data: Data, asked: LogFilter) -> None:
        self._engine = engine
        self._data = data
        self._asked = asked
        self._found = sources.find(data.paths, asked.names, asked.kind, engine.folder)
        self._bad_files: dict[int, tuple[int, int]] = {}
        self.account = Account()

    def match(self) -> None:
        """Read what the filter asks for into the views, and the account of it into `account`.

        Raises:
            UnknownTask: if a name matches no task of the data.
            UsageError: if the search is no regular expression.
        """
        self._check_expressions()
        reader, chosen = self._open(self._asked.window)
        self._match(reader)
        while reader.mend(self._damaged(reader)):
            self._match(reader)
        self._close_account(reader, chosen)
        self._check_names(reader)

    def _match(self, reader: Reader) -> None:
        tail = self._asked.tail
        if tail is None or self._asked.has_context or tail > _MOST_NEWEST:
            self._take(reader, self._asked)
        else:
            self._take_newest(reader, tail)

    def _damaged(self, reader: Reader) -> list[int]:
        """Find files whose bad lines come of bytes that the engine reads as if they were sound."""
        bad = [place for place, (lines, _) in self._bad_files.items() if lines]
        return [place for place in bad if reader.is_damaged(place)]

    def newest_ns(self) -> int | None:
        """Give the time of the newest log of the asked tasks, in ns; None if there is none."""
        return self.coverage()[1]

    def coverage(self) -> tuple[int | None, int | None]:
        """Give the oldest and the newest time of the asked tasks' logs of any level, in ns."""
        reader, _ = self._open(TimeRange())
        rows = self._scan(
            reader,
            LogFilter(names=self._asked.names, kind=self._asked.kind),
            "relations/coverage.sql",
        )
        oldest = [row[0] for row in rows if row[0] is not None]
        newest = [row[1] for row in rows if row[1] is not None]
        return min(oldest, default=None), max(newest, default=None)

    def _open(self, window: TimeRange) -> tuple[Reader, Selection]:
        chosen = sources.select(
            self._found.files, "logs", window, slack=self._data.slack, verify=self._data.verify
        )
        return Reader(self._engine, chosen.files, window), chosen

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

        self._ask(asked)
        self._each(
            reader,
            start,
            keep,
            places,
        )
        self._engine.script("relations/logs.sql")
        if places is None:
            self._bad_files = {
                file: (bad, untimed)
                for file, bad, untimed in self._engine.rows("relations/bad_files.sql")
            }

    def _take_newest(self, reader: Reader, wanted: int) -> None:
        """Fill the views with at least the newest matches, holding no more documents than needed.

        One scan learns the times of the newest; a second takes the documents behind a threshold
        from the few files that have some. Copies among them make it go round again for more.
        """
        most = wanted + _TAIL_MARGIN
        while most <= _MOST_NEWEST:
            rows = self._scan(reader, self._asked, "relations/newest.sql", most=most)
            self._bad_files = {file: (bad, untimed) for file, _, bad, untimed in rows}
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
        self._ask(asked)
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

    def _ask(self, asked: LogFilter) -> None:
        self._engine.script(
            "relations/asked.sql",
            names_regex=asked.names.regex,
            kind=asked.kind,
            since_ns=asked.window.since,
            until_ns=asked.window.until,
            max_rank=asked.max_rank,
            grep=asked.grep,
            invert=asked.invert,
            conditions=[vars(condition) for condition in asked.where],
            keep_unmatched=asked.has_context,
        )

    def _close_account(self, reader: Reader, chosen: Selection) -> None:
        account = self.account
        left_out = [*self._found.left_out, *chosen.left_out]
        account.found = len(chosen.files) + len(left_out)
        account.opened = len(chosen.files)
        account.passed = Counter(file.why_not or "" for file in left_out)
        account.passed.update(self._found.passed_folders)
        account.holes, account.conflicts = chosen.holes, chosen.conflicts
        account.problems = [*self._found.problems, *chosen.problems, *reader.problems]
        for place, (bad_lines, untimed) in sorted(self._bad_files.items()):
            account.untimed += untimed
            if bad_lines:
                self._name_lines(reader, place, bad_lines)

    def _name_lines(self, reader: Reader, place: int, count: int) -> None:
        """Name the first bad lines of a file, as long as there is room for more of them."""
        account = self.account
        file = reader.files[place]
        room = max(_LINES_NAMED - len(account.problems), 1)
        reader.show([place])
        classes: dict[int, str] = dict(
            self._engine.rows("relations/bad_lines.sql", most=max(room, 2))
        )
        named = 0
        for problem, unfinished in named_lines(file, classes):
            named += 1
            if unfinished:
                account.unfinished_lines += 1
            elif named <= room:
                account.problems.append(problem)
            else:
                account.more_bad_lines += 1
        account.more_bad_lines += count - named

    def _check_names(self, reader: Reader) -> None:
        """Refuse names that no task of the data has, be it in a journal's name or in a document."""
        unknown = [name for name in self._asked.names.names if not self._is_known(name)]
        if not unknown:
            return
        names: set[str] = set()
        for group in reader.groups():
            if any(reader.files[place].task is None for place in group):
                reader.show(group)
                names.update(name for (name,) in self._engine.rows("relations/task_names.sql"))
        for name in unknown:
            if not any(map(NameFilter((name,)).matches, names)):
                known = self._found.tasks | names
                raise UnknownTask(name, sources.nearest(name, known), known)

    def _is_known(self, name: str) -> bool:
        return any(map(NameFilter((name,)).matches, self._found.tasks))

    def _check_expressions(self) -> None:
        patterns = [self._asked.grep] if self._asked.grep is not None else []
        patterns += [c.value for c in self._asked.where if c.operator in ("~", "!~")]
        for pattern in patterns:
            reason = self._engine.reason("relations/check_pattern.sql", pattern=pattern)
            if reason is not None:
                shown = pattern.removeprefix(IGNORE_CASE)
                message = f"{shown} is no regular expression: {reason.partition(': ')[0]}"
                raise UsageError(message, "escape signs that should stand for themselves with \\")
