"""What happened: the logs that a filter matches, as documents, as rows or as lines."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from flowctl_ops.engine import Engine
from flowctl_ops.filters import LogFilter
from flowctl_ops.result import Column, Result, Row
from flowctl_ops.vocabulary import Unit

DOCUMENT = (Column("doc", Unit.DOCUMENT),)
LINE = (Column("line", Unit.LINE),)
ROW = (
    Column("ts", Unit.TIME),
    Column("level"),
    Column("kind"),
    Column("task"),
    Column("message"),
    Column("fields", Unit.JSON),
)
_ROWS_SORTED_AT_ONCE = 100_000
_FIRST, _LAST = -(2**63), 2**63 - 1


def documents(engine: Engine, asked: LogFilter) -> Result:
    """Give Flow's own documents, in order of time."""
    return Result(DOCUMENT, _in_order(engine, asked, "queries/log_documents.sql"))


def rows(engine: Engine, asked: LogFilter) -> Result:
    """Give the columns of a table, in order of time; times in UTC, RFC 3339."""
    return Result(ROW, _in_order(engine, asked, "queries/log_rows.sql"))


def lines(engine: Engine, asked: LogFilter, *, zone: str, styles: dict[str, object]) -> Result:
    """Give lines for people, in order of time, styled by what `render.theme` prepared.

    The task is named where more than one can be shown.
    """
    engine.define("queries/text_macros.sql")
    show_task = not asked.names.one_task() and engine.value("queries/log_tasks.sql") > 1
    return Result(
        LINE,
        _in_order(
            engine,
            asked,
            "queries/log_lines.sql",
            zone=zone,
            styles=styles,
            show_task=show_task,
        ),
    )


def _in_order(
    engine: Engine, asked: LogFilter, query: str, **parameters: object
) -> Iterator[list[Row]]:
    """Run a query stretch by stretch, so that no more than a stretch is sorted at once."""
    if asked.has_context or asked.tail is not None:
        engine.script(
            "queries/shown_some.sql", tail=asked.tail, before=asked.before, after=asked.after
        )
    else:
        engine.script("queries/shown_all.sql")
    for first, last in _stretches(engine, reverse=asked.reverse):
        yield from engine.batches(
            query, first=first, last=last, reverse=asked.reverse, **parameters
        )


def _stretches(engine: Engine, *, reverse: bool) -> list[tuple[int, int]]:
    parts = engine.value("queries/count_documents.sql") // _ROWS_SORTED_AT_ONCE + 1
    shares = [part / parts for part in range(1, parts)]
    cuts = engine.value("queries/stretches.sql", shares=shares) if shares else []
    edges = [_FIRST, *(cut for cut in cuts if cut > _FIRST), _LAST + 1]
    stretches = [(first, following - 1) for first, following in pairwise(edges)]
    return stretches[::-1] if reverse else stretches
