"""Log documents: which of them a question matches, each read once into the view `logs`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flowctl_ops.engine import Engine
from flowctl_ops.errors import UsageError
from flowctl_ops.filters import HOUR_NS, IGNORE_CASE, NO_LIMIT, LogFilter, Window
from flowctl_ops.relations.account import Account, Reach, joined
from flowctl_ops.result import Row
from flowctl_ops.sources import Reading, outside, told
from flowctl_ops.statement import MARKED, Values, part
from flowctl_ops.vocabulary import Collection, Level

_MARGIN = 64  # copies among the newest, for which no second look is taken
_LONGER = 8  # how many times as long the next stretch is at the least


class Logs:
    """The logs that a filter asks for, in the views `logs` and `failures`.

    One that `follows` leaves out what was remembered of those before.
    """

    is_idle = False  # has its views, and reads nothing
    documents = Collection.LOGS

    def __init__(self, asked: LogFilter, *, follows: bool = False) -> None:
        self._asked = asked
        self._follows = follows
        self._places: Sequence[int] = ()
        self._noticed: list[Row] = []
        self._is_stored = False

    def load(self, engine: Engine, reading: Reading) -> None:
        """Read what the filter asks for.

        Raises:
            UsageError: if the search is no regular expression.
        """
        self._engine, self._reading = engine, reading
        self._places = [] if self.is_idle else reading.places(Collection.LOGS)
        self._check_expressions()
        reading.attempt(self._load)
        named = all(file.task and file.kind for file in reading.files)
        marks = ("stored" if self._is_stored else "read", "named" if named else "unnamed")
        engine.show("logs", dict.fromkeys(marks, MARKED))
        engine.show("failures")

    def _load(self) -> None:
        while True:
            tail = None if self._asked.has_context else self._asked.tail
            if tail is None:
                self._keep(self._places)
            elif not self._keep_latest(tail):
                self._keep_newest(tail)
            damaged = [place for place in self.bad_lines() if self._reading.is_damaged(place)]
            if not self._reading.mend(damaged):
                return

    def reach(self, engine: Engine, reading: Reading) -> Reach:
        """Give the oldest and the newest time of the asked tasks' logs of any level, in ns."""
        self._engine, self._reading = engine, reading
        places = reading.places(Collection.LOGS)
        everything = LogFilter(names=self._asked.names, kind=self._asked.kind)
        stored = reading.stored.reach(Collection.LOGS, self._asked.kind)
        reading.attempt(
            lambda: self._keep(places, everything, documents=False, of_files=True, noticed=False)
        )
        oldest, newest = engine.rows("relations/log_reach.sql")[0]
        return joined((oldest, newest), stored)

    def account(self, account: Account) -> None:
        """Add to an account which documents were left out."""
        account.untimed["log"] += sum(row[2] for row in self._noticed)
        account.nameless["log"] += sum(row[3] for row in self._noticed)

    def bad_lines(self) -> dict[int, int]:
        """Count the lines of each file, by its place, that are no ops documents."""
        return {place: bad for place, bad, *_ in self._noticed if bad}

    def _keep(
        self,
        places: Sequence[int],
        asked: LogFilter | None = None,
        *,
        documents: bool = True,
        of_files: bool = False,
        noticed: bool = True,
    ) -> None:
        """Keep what a filter matches in these files, with the documents or without.

        `of_files` leaves out what is materialized; what is not `noticed` was before.
        """
        asked = asked or self._asked
        settled = self._reading.settled(asked.names, asked.kind)
        small = not asked.has_context and self._reading.are_small(places)
        stored = {} if of_files else self._stored(asked)
        self._is_stored = bool(stored)
        marks = {
            "bounded": not self._asked.window.is_open,
            "matching": not asked.has_context,
            "around": asked.has_context,
            "notable": asked.notable,
            "plain": not asked.notable,
            "documents": documents,
            "path_levels": self._reading.has_levels,
            "own_levels": not self._reading.has_levels,
            "all_in_scope": settled == len(self._reading.files),
            "some_in_scope": settled < len(self._reading.files),
        }
        values: dict[str, object] = {
            **stored,
            **self._reading.documents(places),
            "names": asked.names.regex,
            "kind": asked.kind,
            "settled": settled,
            "since_ns": asked.window.since,
            "until_ns": asked.window.until,
            "max_rank": asked.max_rank,
            "not_grep" if asked.invert else "grep": asked.grep,
            "not_grep_all" if asked.invert else "grep_all": asked.grep_all,
            "conditions": [condition.said for condition in asked.where] or None,
            **{mark: MARKED for mark, is_there in marks.items() if is_there},
        }
        values["matched"] = part("relations/log_matched.sql", values)
        if stored:
            values["stored_matched"] = None if asked.has_context else values["matched"]
            values["stored"] = part("relations/stored_logs.sql", values)
        self._engine.keep("log_messages", values, in_order=not small)
        self._engine.keep("log_copies", {"follows": MARKED} if self._follows else {})
        if self._follows and asked is self._asked:
            self._engine.keep("log_keys")
        if noticed:
            self._noticed = self._engine.rows("relations/log_account.sql")

    def _stored(self, asked: LogFilter) -> Values:
        """Give the parts of materialized data that may hold what a filter matches."""
        if self.is_idle:
            return {}
        notable = not asked.has_context and (asked.max_rank or NO_LIMIT) <= Level.WARN.rank
        return self._reading.stored.values(Collection.LOGS, asked.window, notable=notable)

    def _keep_latest(self, wanted: int) -> bool:
        """Keep the newest matches, if a stretch of time up to the newest has as many; tell.

        The names of fragments tell which may hold it. The next stretch is as long as the matches of
        the one before lead to expect; half of all is no stretch.
        """
        files = [self._reading.files[place] for place in self._places]
        stored = self._reading.stored.reach(Collection.LOGS, self._asked.kind)
        oldest, newest = joined(told(files), stored)
        if oldest is None or newest is None or self._follows:
            return False
        window = self._asked.window
        oldest, newest = max(oldest, window.since or oldest), min(newest, window.until or newest)
        stretch = HOUR_NS
        while 2 * stretch <= newest - oldest:
            since = newest - stretch
            dropped = outside(files, Window(since))
            places = [
                place for place in self._places if self._reading.files[place].path not in dropped
            ]
            if 2 * self._reading.length(places) > self._reading.length(self._places):
                return False
            self._keep_since(since, places)
            found = self._engine.value("relations/count_logs.sql", since_ns=since)
            if found >= wanted:
                return True
            stretch *= max(_LONGER, 2 * wanted // found) if found else _LONGER**2
        return False

    def _keep_newest(self, wanted: int) -> None:
        """Keep at least the newest matches of all files, and no more documents than needed.

        One look learns the times of the newest, a second takes the documents behind a threshold
        from the few files that have some. Copies among them make it go round again for more.
        """
        most = min(wanted + _MARGIN, NO_LIMIT)
        while True:
            self._keep(self._places, documents=False)
            logs, oldest = self._engine.rows("relations/newest_logs.sql", most=most)[0]
            since = oldest if logs >= most else None
            rows = self._engine.rows("relations/files_since.sql", since_ns=since)
            places = [place for (place,) in rows]
            if since is None:
                return self._keep(places, noticed=False)
            self._keep_since(since, places, noticed=False)
            if self._engine.value("relations/count_logs.sql", since_ns=since) >= wanted:
                return None
            most *= 4

    def _keep_since(self, since: int, places: Sequence[int], *, noticed: bool = True) -> None:
        """Keep what matches of a time and later, and what has no time."""
        window = replace(self._asked.window, since=since)
        self._keep(places, replace(self._asked, window=window), noticed=noticed)

    def _check_expressions(self) -> None:
        patterns = [p for p in (self._asked.grep, self._asked.grep_all) if p is not None]
        patterns += [c.value for c in self._asked.where if c.operator in ("~", "!~")]
        for pattern in patterns:
            check_expression(self._engine, pattern)


def check_expression(engine: Engine, pattern: str) -> None:
    """Refuse what cannot be searched for.

    Raises:
        UsageError: naming it.
    """
    reason = engine.reason("relations/check_pattern.sql", pattern=pattern)
    if reason is not None:
        shown = pattern.removeprefix(IGNORE_CASE)
        message = f"{shown} is no regular expression: {reason.partition(': ')[0]}"
        raise UsageError(message, "escape signs that should stand for themselves with \\")
