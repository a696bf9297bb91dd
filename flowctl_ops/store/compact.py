"""Merging the small files that many runs leave behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import groupby
from pathlib import PurePosixPath

from flowctl_ops.sources.stored import CATALOG_STATS, Part
from flowctl_ops.statement import MARKED
from flowctl_ops.store import folder
from flowctl_ops.store.parts import Run, prefix_of, write_part


def compact(run: Run) -> None:
    """Merge the settled parts of one collection and one day or month, where there are several."""
    settled = [part for part in run.parts if not part.open]
    run.parts = [part for part in run.parts if part.open]
    for _, parts in groupby(sorted(settled, key=group), key=group):
        same = list(parts)
        if len(same) == 1:
            run.parts += same
        else:
            _merge(run, same)


def group(part: Part) -> tuple[str, str, bool]:
    """Give what the parts have in common that are merged."""
    return part.documents, str(PurePosixPath(part.path).parent), part.notable


def _merge(run: Run, parts: list[Part]) -> None:
    first = parts[0]
    by = "by_stream" if first.documents == CATALOG_STATS else "by_task"
    values: dict[str, object] = {
        "paths": [folder.place_of(run.path, part) for part in parts],
        by: MARKED,
    }
    merged = replace(
        first,
        path=prefix_of(first),
        oldest=_bound([part.oldest for part in parts], min),
        newest=_bound([part.newest for part in parts], max),
        first_task=min((part.first_task for part in parts if part.first_task), default=None),
        last_task=max((part.last_task for part in parts if part.last_task), default=None),
        nameless=any(part.nameless for part in parts),
        odd=any(part.odd for part in parts),
    )
    write_part(run, "store/compact.sql", values, merged)


def _bound(times: list[int | None], bound: Callable[[list[int]], int]) -> int | None:
    """Give the oldest or the newest time; None where some have none."""
    known = [time for time in times if time is not None]
    return bound(known) if len(known) == len(times) else None
