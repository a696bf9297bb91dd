"""Why a task failed: its incidents, each with its cause, what that means, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flowctl_ops.engine import Engine
from flowctl_ops.filters import Window, clamped, sql_time
from flowctl_ops.result import Column, Result, Row
from flowctl_ops.statement import Statement, Values, statement
from flowctl_ops.vocabulary import Unit

_KINDS_OF_ERRORS = 5
COLUMNS = (
    Column("incident", Unit.NUMBER),
    Column("task"),
    Column("state", Unit.STATE),
    Column("began", Unit.TIME),
    Column("last_failure", Unit.TIME),
    Column("ended", Unit.TIME),
    Column("failures", Unit.COUNT),
    Column("shards", Unit.COUNT),
    Column("lasted_seconds", Unit.SECONDS),
    Column("cause"),
    Column("cause_from"),
    Column("chain", Unit.LIST),
    Column("connector_said"),
    Column("connector_status_code"),
    Column("said_seconds_before", Unit.SECONDS),
    Column("message_id"),
    Column("meaning"),
    Column("action"),
    Column("source"),
    Column("timeline", Unit.LIST),
    Column("before", Unit.LIST),
    Column("also", Unit.LIST),
    Column("affects", Unit.LIST),
    Column("logs_since", Unit.TIME),
    Column("logs_until", Unit.TIME),
)


@dataclass(frozen=True)
class Asked:
    """Which task's incidents are asked for; `number` is that of one, 1 the newest, None is all."""

    task: str
    window: Window
    number: int | None
    messages: Sequence[dict[str, object]]

    @property
    def views_window(self) -> Window:
        """What the views must hold."""
        return Window(self.window.since, clamped((self.window.until or 0) + 1))

    def values(self) -> Values:
        """Give the values of the questions."""
        return {
            "task": self.task,
            "number": self.number,
            "since": sql_time(self.window.since),
            "now": sql_time(self.window.until),
            "messages": self.messages,
            "top": _KINDS_OF_ERRORS,
        }


def question(asked: Asked) -> Statement:
    """Give the statement of a row an incident, the newest first, in the order of `COLUMNS`."""
    return statement("queries/explain.sql", asked.values())


def incidents(engine: Engine, asked: Asked) -> list[Row]:
    """Give its rows."""
    return [row for batch in engine.ask(question(asked)) for row in batch]


def errors(engine: Engine, asked: Asked) -> list[Row]:
    """Give the kinds of errors and warnings beside the failures, the most frequent first."""
    asked_of = engine.ask_file("queries/explain_errors.sql", asked.values())
    return [row for batch in asked_of for row in batch]


def result(rows: list[Row]) -> Result:
    """Make an answer of incidents."""
    return Result(COLUMNS, [rows])
