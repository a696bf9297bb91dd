"""How far behind their sources materializations and derivations are, binding by binding."""

from __future__ import annotations

from flowctl_ops.filters import NO_LIMIT, StatsFilter, sql_time
from flowctl_ops.result import Column
from flowctl_ops.statement import MARKED, Statement, statement
from flowctl_ops.vocabulary import Unit

_BINDING = (Column("collection"), Column("transform"))
_BEHIND = (
    Column("bytes_behind", Unit.BYTES, "behind"),
    Column("seconds_behind", Unit.SECONDS, "time"),
    Column("age_seconds", Unit.SECONDS, "last txn"),
    Column("newest", Unit.TIME, spare=4),
)


def columns(*, by_task: bool) -> tuple[Column, ...]:
    """Give the columns of an answer."""
    return (Column("task"), Column("kind", spare=3), *(() if by_task else _BINDING), *_BEHIND)


def question(
    asked: StatsFilter, *, now_ns: int, by_task: bool, top: int | None, is_exported: bool = False
) -> Statement:
    """Give the statement of a row a binding, or a task with `by_task`, the worst first.

    Worst is what is furthest behind of all in bytes, or in time: since its last transaction, where
    Flow does not say.
    """
    return statement(
        "queries/lag.sql",
        {
            "names": asked.names.regex,
            "kind": asked.kind,
            "since": sql_time(asked.window.since),
            "until": sql_time(asked.window.until),
            "now": sql_time(now_ns),
            "by_task" if by_task else "by_binding": MARKED,
            "exported": MARKED if is_exported else None,
            "top": top or NO_LIMIT,
        },
    )
