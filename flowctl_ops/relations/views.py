"""The public views for a statement of the user's own."""

from __future__ import annotations

import re

from flowctl_ops.filters import LogFilter, StatsFilter, Window
from flowctl_ops.relations import roll_up
from flowctl_ops.relations.logs import Logs
from flowctl_ops.relations.source import Source
from flowctl_ops.relations.stats import Stats
from flowctl_ops.sources import SourceFile, as_text
from flowctl_ops.vocabulary import Collection, Grain

ORDERS = {
    "logs": "position",
    "stats": "position",
    "bindings": "position, transform NULLS LAST, collection",
    "left_out": "collection, position",
    "catalog_stats": "catalog_name, grain, ts",
}
_OF_STATS = frozenset({"stats", "bindings", "catalog_stats", "names", "left_out"})
_OF_LOGS = frozenset({"logs", "failures", "catalog_stats", "names", "left_out"})
_NAME = re.compile(r"\w+")
_PUT_TOGETHER = frozenset({"query", "query_table"})  # of texts, that may name any view


def show(source: Source, statement: str, window: Window, *, uncommitted: bool = False) -> None:
    """Fill the views that a statement mentions, and lock what it must not reach.

    The others are there with their columns and without rows. Rows come in one order.
    """
    engine = source.engine
    named = {name.lower() for name in _NAME.findall(statement)}
    if named & _PUT_TOGETHER:
        named |= _OF_STATS | _OF_LOGS | {"files"}
    rolled_up = "catalog_stats" in named
    stats = Stats(
        StatsFilter(
            window=window,
            grains=tuple(Grain) if rolled_up else (Grain.MONTHLY,),
            uncommitted=uncommitted,
            bindings=True,
            details=rolled_up,
            documents="stats" in named,
        )
    )
    logs = Logs(LogFilter(window=window))
    stats.is_idle = not named & _OF_STATS
    logs.is_idle = not named & _OF_LOGS
    for documents in Collection if "files" in named else ():
        source.choose(documents, window)
    source.load(stats, logs, window=window)
    roll_up.show(source, stats, prefixes=True, with_logs=True)
    engine.show("left_out")
    engine.keep("files", {"files": [_row(file) for file in source.files()]})
    for view, order in ORDERS.items():
        engine.put_in_order(view, order)
    engine.give_all_room()
    engine.script("relations/lock.sql")


def asks_what_is_left_out(statement: str) -> bool:
    """Tell whether a statement may ask for documents that do not count."""
    return bool({name.lower() for name in _NAME.findall(statement)} & {"left_out", *_PUT_TOGETHER})


def load(source: Source, logs: LogFilter, stats: StatsFilter) -> bool:
    """Fill every view but `catalog_stats` for a question of our own.

    It needs no lock, and puts rows in order itself. Tell whether an export of the roll-up is all
    the stats there are: then `catalog_stats` is there, too.
    """
    counted, engine = Stats(stats), source.engine
    for documents in Collection:
        source.choose(documents, logs.window if documents is Collection.LOGS else stats.window)
    source.load(counted, Logs(logs), window=stats.window, of_logs=logs.window)
    if not stats.window.is_open:  # their rows of another time are not read
        for task, kind in source.reading.table_tasks():
            source.found.add_task(task, kind)
    roll_up.show(source, counted, prefixes=False, with_logs=False)
    engine.show("left_out")
    engine.keep("files", {"files": [_row(file) for file in source.files()]})
    return counted.is_exported


def newest(source: Source) -> int | None:
    """Give the time of the newest document, in ns; None if there is none."""
    return source.newest(Stats(StatsFilter()), Logs(LogFilter()))


def _row(file: SourceFile) -> dict[str, object]:
    fragment = file.fragment
    return {
        "path": as_text(file.shown),
        "collection": file.journal.collection if file.journal else None,
        "journal": file.journal.name if file.journal else None,
        "kind": file.kind,
        "task": file.task,
        "format": str(file.format),
        "begin_offset": min(fragment.begin, 2**63 - 1) if fragment else None,
        "end_offset": min(fragment.end, 2**63 - 1) if fragment else None,
        "size": file.size,
        "opened_at": fragment.hour if fragment else None,
        "used": file.why_not is None,
        "why_not": file.why_not,
    }
