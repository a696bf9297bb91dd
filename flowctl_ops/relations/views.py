"""The public views of DESIGN §3, all that `ops sql` sees."""

from __future__ import annotations

import os
import re

from flowctl_ops.filters import LogFilter, StatsFilter, TimeRange
from flowctl_ops.relations.logs import Logs
from flowctl_ops.relations.source import Source
from flowctl_ops.relations.stats import Stats
from flowctl_ops.sources import SourceFile
from flowctl_ops.vocabulary import Collection, Grain

# A statement may also put a name together, by `query` or `query_table`: then all are filled.
_OF_STATS = re.compile(r"\b(?:stats|bindings|catalog_stats|query|query_table)\b", re.IGNORECASE)
_OF_LOGS = re.compile(r"\b(?:logs|failures|catalog_stats|query|query_table)\b", re.IGNORECASE)

_OF_FILES = re.compile(r"\bfiles\b", re.IGNORECASE)


def open_views(
    source: Source, statement: str, window: TimeRange, *, uncommitted: bool = False
) -> None:
    """Fill the views that a statement mentions, and lock what it must not reach.

    The others are there with their columns and without rows.
    """
    engine = source.engine
    for documents in Collection if _OF_FILES.search(statement) else ():
        source.choose(documents, window)
    stats = Stats(
        source,
        StatsFilter(window=window, grains=tuple(Grain), uncommitted=uncommitted, collections=True),
    )
    if _OF_STATS.search(statement):
        stats.keep()
    else:
        stats.keep_none()
    if _OF_LOGS.search(statement):
        Logs(source, LogFilter(window=window)).match()
        engine.script("relations/public_logs.sql")
        stats.add_logs()
    else:
        engine.script("relations/no_logs.sql")
    stats.roll_up()
    engine.script("relations/public_files.sql", files=[_row(file) for file in source.files()])
    engine.script("relations/lock.sql")


def _row(file: SourceFile) -> dict[str, object]:
    fragment = file.fragment
    return {
        "path": os.fsencode(file.shown).decode(errors="replace"),
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
