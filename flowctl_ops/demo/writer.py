"""One task's share of the demo on disk: its journals, its exports, or both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from flowctl_ops.demo.journals import (
    Entry,
    Fragment,
    Written,
    fragments,
    overlapping,
    rare_codecs,
    with_hole,
    write_journal,
)
from flowctl_ops.demo.logs import log_entries
from flowctl_ops.demo.stats import stats_entries

if TYPE_CHECKING:
    from pathlib import Path

    from flowctl_ops.demo.catalog import Task
    from flowctl_ops.demo.plan import DemoPlan

EXPORTED_TOO = 1  # its documents are in journals and in an export
EXPORTED_ONLY = 5
ODDITIES: dict[tuple[int, str], Callable[[Iterator[Fragment]], Iterator[Fragment]]] = {
    (0, "logs"): overlapping,
    (0, "stats"): overlapping,
    (2, "logs"): rare_codecs,
    (2, "stats"): rare_codecs,
    (3, "logs"): with_hole,
}


def write_task(directory: Path, plan: DemoPlan, task: Task) -> dict[str, Written]:
    """Write what the plan wants of a task; give what was written of `logs` and of `stats`."""
    written = {}
    if plan.logs:
        written["logs"] = _write(directory, plan, task, "logs")
    if plan.stats:
        written["stats"] = _write(directory, plan, task, "stats")
    return written


def _write(directory: Path, plan: DemoPlan, task: Task, what: str) -> Written:
    entries = log_entries(task, plan) if what == "logs" else stats_entries(task, plan)
    if not plan.exports or task.index not in {EXPORTED_TOO, EXPORTED_ONLY}:
        return _write_journal(directory, plan, task, what, entries)
    from flowctl_ops.demo.export import write_export  # noqa: PLC0415 (needs DuckDB)

    appends = list(entries)
    committed = [entry for entry in appends if entry[2]]
    both = task.index == EXPORTED_TOO
    folder = directory / "export" / ("documents" if both else "columns") / task.collection(what)
    exported = write_export(folder, what, committed, documents=both)
    if both:
        exported.add(_write_journal(directory, plan, task, what, iter(appends)))
    else:
        exported.count(committed)
    return exported


def _write_journal(
    directory: Path, plan: DemoPlan, task: Task, what: str, entries: Iterator[Entry]
) -> Written:
    found = fragments(entries, plan.flush_us(task.index))
    if plan.oddities and (task.index, what) in ODDITIES:
        found = ODDITIES[task.index, what](found)
    return write_journal(directory, task.journal(what), found)
