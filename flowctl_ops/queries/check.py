"""Which thresholds tasks and bindings are beyond."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flowctl_ops.engine import Engine
from flowctl_ops.filters import NameFilter, Window, clamped, sql_time
from flowctl_ops.result import Column, Result, Row
from flowctl_ops.rules import Rule
from flowctl_ops.statement import Statement, Values, statement
from flowctl_ops.vocabulary import TaskKind, Unit

_LEAST_NS = 48 * 3_600_000_000_000  # in which the newest word of a binding is looked for
COLUMNS = (
    Column("verdict", spare=9),
    Column("rule"),
    Column("task"),
    Column("collection", spare=2),
    Column("transform", spare=3),
    Column("message", Unit.NOTE, ""),
    Column("value", Unit.NUMBER, spare=8),
)
SHOWN = tuple(column for column in COLUMNS if column.name not in {"verdict", "value"})
FINDING, UNKNOWN = "finding", "unknown"


@dataclass(frozen=True)
class Asked:
    """Whose thresholds are asked for, and which; `now` in ns since the Unix epoch, UTC."""

    names: NameFilter
    kind: TaskKind | None
    rules: Sequence[Rule]
    now: int

    @property
    def window(self) -> Window:
        """What the views must hold: twice the longest span, to know what was before it."""
        span = max(max(rule.span_ns for rule in self.rules) * 2, _LEAST_NS)
        return Window(clamped(self.now - span), clamped(self.now + 1))

    def values(self) -> Values:
        """Give the values of the question."""
        return {
            "names": self.names.regex,
            "kind": self.kind,
            "from": sql_time(self.window.since),
            "now": sql_time(self.now),
            "rules": [rule.value() for rule in self.rules],
        }


def question(asked: Asked) -> Statement:
    """Give the statement of a row a rule and a task or binding, in the order of `COLUMNS`."""
    return statement("queries/check.sql", asked.values())


def verdicts(engine: Engine, asked: Asked) -> list[Row]:
    """Give its rows, findings first."""
    return [row for batch in engine.ask(question(asked)) for row in batch]


def saw_any(engine: Engine) -> bool:
    """Tell whether any document was read to judge by."""
    return bool(engine.value("queries/check_any.sql"))


def result(rows: list[Row]) -> Result:
    """Make an answer of rows."""
    return Result(COLUMNS, [rows])
