"""How every task is: a verdict, what it rests on, and why where it is not well."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from flowctl_ops.engine import Engine
from flowctl_ops.errors import UsageError
from flowctl_ops.filters import HOUR_NS, NameFilter, Window, clamped, sql_time
from flowctl_ops.result import Column, Result, Row
from flowctl_ops.statement import MARKED, Statement, Values, statement
from flowctl_ops.vocabulary import TaskKind, Unit

_STREAK_NS = 8 * HOUR_NS  # in which Flow's ShardFailed counts three failures
_CALM_NS = 2 * HOUR_NS  # after the last of which it resolves
STATES = ("failing", "stalled", "silent", "degraded", "unknown", "healthy")
COLUMNS = (
    Column("state", Unit.STATE),
    Column("task"),
    Column("kind"),
    Column("last_data_at", Unit.TIME, "last data at"),
    Column("age_seconds", Unit.AGE, "last data", spare=2),
    Column("bytes_moved", Unit.BYTES, "moved", spare=1),
    Column("errors", Unit.COUNT, "err", spare=3),
    Column("failures", Unit.COUNT, "fail", spare=3),
    Column("activity", Unit.SHARES, spare=4),
    Column("reason", Unit.NOTE, ""),
    Column("connector_status", Unit.NOTE, "connector: "),
)

SHOWN = tuple(column for column in COLUMNS if column.name not in {"kind", "last_data_at"})
DETAIL = (
    Column("bindings", Unit.LIST),
    Column("shards", Unit.LIST),
    Column("lines", Unit.LIST),
)


@dataclass(frozen=True)
class Asked:
    """Whose state is asked for, over a window that ends now; `zone` is that of times in reasons.

    `exported` tells that an export of the roll-up is, or may be, all the stats there are.
    """

    names: NameFilter
    kind: TaskKind | None
    window: Window
    zone: str = "UTC"
    exported: bool = False

    def check(self) -> None:
        """Refuse a window without any time in it.

        Raises:
            UsageError: saying so.
        """
        if self._since >= self._now:
            message = "the window is empty, as --since is not before now"
            raise UsageError(message, "name an earlier time, or move now with --now")

    @property
    def _since(self) -> int:
        return self.window.since or 0

    @property
    def _now(self) -> int:
        return self.window.until or 0

    @property
    def stats_window(self) -> Window:
        """The window and as much before it, so that what was there before is known."""
        length = max(self._now - self._since, _STREAK_NS)
        return Window(clamped(self._since - length), clamped(self._now + 1))

    @property
    def logs_window(self) -> Window:
        """The window, or the hours in which failures may count, whichever is longer."""
        since = min(self._since, self._now - _STREAK_NS - _CALM_NS)
        return Window(clamped(since), clamped(self._now + 1))

    def values(self) -> Values:
        """Give the values of the question."""
        return {
            "names": self.names.regex,
            "kind": self.kind,
            "since": sql_time(self._since),
            "logs_from": sql_time(self.logs_window.since),
            "stats_from": sql_time(self.stats_window.since),
            "now": sql_time(self._now),
            "zone": self.zone,
            "states": list(STATES),
            "streak_ns": _STREAK_NS,
            "calm_ns": _CALM_NS,
            "exported" if self.exported else "counted": MARKED,
        }


def question(asked: Asked) -> Statement:
    """Give the statement of a row a task, the worst first, in the order of `COLUMNS`."""
    return statement("queries/status.sql", asked.values())


def states(engine: Engine, asked: Asked) -> list[Row]:
    """Give its rows."""
    return [row for batch in engine.ask(question(asked)) for row in batch]


def detail(engine: Engine, asked: Asked, task: str) -> Row:
    """Give what one task is made of, in the order of `DETAIL`."""
    return next(engine.ask_file("queries/status_task.sql", {**asked.values(), "task": task}))[0]


def replaced(rows: list[Row], others: list[Row]) -> list[Row]:
    """Put other rows of the same tasks in the place of some, in the question's own order."""
    found = {row[1]: row for row in rows}
    found |= {row[1]: row for row in others if row[1] in found}
    return sorted(found.values(), key=lambda row: (STATES.index(row[0]), -row[7], -row[6], row[1]))


def result(rows: list[Row]) -> Result:
    """Make an answer of rows."""
    return Result(COLUMNS, [rows])


def detailed(row: Row, more: Row) -> Result:
    """Make an answer of one task, with what it is made of."""
    return Result((*COLUMNS, *DETAIL), [[(*row, *more)]])


def count_states(rows: list[Row]) -> dict[str, int]:
    """Count the tasks in each state, the worst state first."""
    counted = Counter(state for state, *_ in rows)
    return {state: counted[state] for state in STATES if counted[state]}
