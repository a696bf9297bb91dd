"""The public views of DESIGN §3, all that `ops sql` sees."""

from __future__ import annotations

import re

from flowctl_ops.filters import LogFilter, StatsFilter, TimeRange
from flowctl_ops.relations.logs import Logs
from flowctl_ops.relations.source import Source
from flowctl_ops.relations.stats import Stats
from flowctl_ops.sources import SourceFile, as_text
from flowctl_ops.vocabulary import Collection, Grain

_OF_STATS = frozenset({"stats", "bindings", "catalog_stats"})
_OF_LOGS = frozenset({"logs", "failures", "catalog_stats"})
_NAME = re.compile(r"\w+")
_PUT_TOGETHER = frozenset({"query", "query_table"})  # of texts, that may name any view


def open_views(
    source: Source, statement: str, window: TimeRange, *, uncommitted: bool = False
) -> None:
    """Fill the views that a statement mentions, and lock what it must not reach.

    The others are there with their columns and without rows.
    """
    engine = source.engine
    named = {name.lower() for name in _NAME.findall(statement)}
    if named & _PUT_TOGETHER:
        named |= _OF_STATS | _OF_LOGS | {"files"}
    for documents in Collection if "files" in named else ():
        source.choose(documents, window)
    rolled_up = "catalog_stats" in named
    stats = Stats(
        source,
        StatsFilter(
            window=window, grains=tuple(Grain), uncommitted=uncommitted, collections=rolled_up
        ),
    )
    if named & _OF_STATS:
        stats.keep(named)
    else:
        stats.keep_none()
    if named & _OF_LOGS:
        Logs(source, LogFilter(window=window)).match()
        engine.script("relations/public_logs.sql")
        if rolled_up:
            stats.add_logs()
    else:
        engine.script("relations/no_logs.sql")
    stats.roll_up(wanted=rolled_up)
    engine.script("relations/public_files.sql", files=[_row(file) for file in source.files()])
    engine.script("relations/lock.sql")


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
        "hour": fragment.hour if fragment else None,
        "used": file.why_not is None,
        "why_not": file.why_not,
    }
