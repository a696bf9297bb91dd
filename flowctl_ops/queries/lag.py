"""How far behind their sources materializations and derivations are, binding by binding."""

from __future__ import annotations

from flowctl_ops.engine import Engine
from flowctl_ops.filters import NO_LIMIT, StatsFilter
from flowctl_ops.result import Column, Result
from flowctl_ops.vocabulary import Unit

_BINDING = (Column("collection"), Column("transform", spare=1))
_COLUMNS = (
    Column("task"),
    Column("kind", spare=3),
    *_BINDING,
    Column("bytes_behind", Unit.BYTES, "behind"),
    Column("seconds_behind", Unit.SECONDS, "time"),
    Column("age_seconds", Unit.SECONDS, "last txn"),
    Column("newest", Unit.TIME, spare=2),
)


def lag(
    engine: Engine, asked: StatsFilter, *, now_ns: int, by_task: bool, top: int | None
) -> Result:
    """Give a row a binding, or a task with `by_task`, the worst first; unknown is None."""
    batches = engine.batches(
        "queries/lag.sql",
        names_regex=asked.names.regex,
        kind=asked.kind,
        now_ns=now_ns,
        by_task=by_task,
        top=top or NO_LIMIT,
    )
    result = Result(_COLUMNS, batches)
    return result.only(tuple(c for c in _COLUMNS if c not in _BINDING)) if by_task else result
