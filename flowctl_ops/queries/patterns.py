"""Which messages there are, by templates in which what differs between them is masked."""

from __future__ import annotations

from dataclasses import dataclass

from flowctl_ops.engine import Engine
from flowctl_ops.filters import LogFilter, sql_time
from flowctl_ops.result import Column, Result
from flowctl_ops.statement import MARKED, Statement, statement
from flowctl_ops.vocabulary import Unit

_SHARES = 24
COLUMNS = (
    Column("level"),
    Column("count", Unit.COUNT),
    Column("tasks", Unit.COUNT, spare=1),
    Column("first_seen", Unit.TIME, "first seen", spare=6),
    Column("last_seen", Unit.TIME, "last seen", spare=5),
    Column("activity", Unit.SHARES, spare=4),
    Column("template", label="message"),
    Column("sample", spare=9),
)


@dataclass(frozen=True)
class Asked:
    """Whose messages of which window are asked for; how many rows before the rest is one.

    With `new_since`, in ns, only what was said since then, and never before in the window.
    """

    logs: LogFilter
    top: int
    new_since: int | None = None

    def statement(self) -> Statement:
        """Give the statement of a row a template, the most frequent first, and one for the rest."""
        since, until = self.logs.window.since, self.logs.window.until
        marks = {
            "from_first": since is None and self.new_since is None,
            "from_since": self.new_since is None,
            "to_last": until is None,
            "of_any_time": self.new_since is None,
        }
        return statement(
            "queries/patterns.sql",
            {
                "names": self.logs.names.regex,
                "kind": self.logs.kind,
                "max_rank": self.logs.max_rank,
                "since": sql_time(since),
                "until": sql_time(until),
                "new_since": sql_time(self.new_since),
                "shares": _SHARES,
                "top": self.top,
                **{mark: MARKED for mark, is_there in marks.items() if is_there},
            },
        )

    def answer(self, engine: Engine) -> Result:
        """Ask the views of an engine."""
        return Result(COLUMNS, engine.ask(self.statement()))
