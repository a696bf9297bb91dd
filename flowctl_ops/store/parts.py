"""The Parquet files of a run: what counts of some files, by day or month."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Any

from flowctl_ops.engine import Engine
from flowctl_ops.errors import QueryFailed
from flowctl_ops.filters import LogFilter, NameFilter, StatsFilter, Window
from flowctl_ops.relations import Account, Logs, Source, Stats
from flowctl_ops.result import Row
from flowctl_ops.sources import SourceFile
from flowctl_ops.sources.stored import (
    BINDINGS,
    CATALOG_STATS,
    DAYS,
    LOGS,
    NEWER,
    OLDER,
    STATS,
    Part,
    Reaches,
    Stream,
    number_in,
    stream_of,
)
from flowctl_ops.statement import MARKED
from flowctl_ops.statement import Part as Text
from flowctl_ops.store import folder
from flowctl_ops.store.plan import Known
from flowctl_ops.vocabulary import TaskKind

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Scope:
    """What a folder is to hold: documents of these tasks, of this time."""

    names: NameFilter
    kind: TaskKind | None
    window: Window
    asked: dict[str, Any]


@dataclass
class Run:
    """What a run has made so far."""

    path: Path
    engine: Engine
    scope: Scope
    known: Known
    generation: int
    parts: list[Part] = field(default_factory=list)
    streams: dict[str, Stream] = field(default_factory=dict)
    tasks: dict[str, str | None] = field(default_factory=dict)
    reach: Reaches = field(default_factory=dict)
    late: set[str] = field(default_factory=set)
    doubts: set[str] = field(default_factory=set)
    number: int = 0

    def reaches(self, documents: str, task: str | None, oldest: int, newest: int) -> None:
        """Remember from when to when a task's documents reach, in ns."""
        reach = self.reach.setdefault(documents, {})
        before = reach.get(task or "", (oldest, newest))
        reach[task or ""] = (min(before[0], oldest), max(before[1], newest))


def write(source: Source, run: Run) -> None:
    """Read the files of a source, and write what counts of them."""
    scope, engine = run.scope, run.engine
    window = scope.window
    stats = Stats(
        StatsFilter(scope.names, scope.kind, window, bindings=True, details=True, documents=True)
    )
    logs = Logs(LogFilter(scope.names, scope.kind, window, notable=True))
    source.load(stats, logs, window=window)
    engine.show("commits")
    engine.show("movements", {"own": MARKED})
    files = source.reading.files
    run.doubts.update(_doubts(source.account, stats))
    _write_down_times(run, files)
    producers = engine.rows("store/producers.sql")
    is_open = _open(files, producers)
    for documents, rows in ((STATS, producers), (LOGS, engine.rows("store/log_producers.sql"))):
        run.known.add_producers(documents, files, rows, is_open)
    for file, still_open in zip(files, is_open, strict=True):
        run.known.add(file, is_open=still_open)
        stream = stream_of(file)
        run.streams[stream.path] = stream
    if not all(file.task for file in files):
        for task, kind in engine.rows("store/tasks.sql"):
            run.tasks[task] = run.tasks.get(task) or kind
    for task, oldest, newest in engine.rows("store/reach.sql"):
        run.reaches(STATS, task, oldest, newest)
    values: dict[str, object] = {
        "labels": [stream_of(file).path for file in files] or [""],
        "open": is_open or [False],
    }
    _write_logs(run, values | {"bases": _bases(engine, files, "logs")})
    numbered = values | {"bases": _bases(engine, files, "stats")}
    _write_stats(run, numbered)
    _write_exports(run, numbered)


def _write_down_times(run: Run, files: Sequence[SourceFile]) -> None:
    """Remember from when to when the documents of files reach, and which have no time that fits."""
    rows = run.engine.rows("store/times.sql")
    for place, oldest, newest, has_older, has_newer, has_untimed in rows:
        if oldest is not None:
            run.known.times[files[place].path] = [oldest, newest]
        run.late |= ({OLDER} if has_older else set()) | ({NEWER} if has_newer else set())
        if has_untimed:
            run.doubts.add("documents without a readable time")


def _doubts(account: Account, stats: Stats) -> Iterator[str]:
    """Give what a question notes of what was read, and no part tells."""
    if stats.has_odd_documents:
        yield "stats documents without a task, or of bad counts"
    if account.conflicts:
        yield "fragments that contradict each other"
    if account.unmarked or account.twofold:
        yield "stats documents that may be copies"
    if account.exported or account.from_export:
        yield "documents of Flow's own roll-up"


def _open(files: Sequence[SourceFile], producers: Sequence[Row]) -> list[bool]:
    """Tell of each file whether its documents may count otherwise once there is more.

    That is a file that may grow or be written anew, and in a journal all from the first fragment on
    that has documents neither committed nor rolled back.
    """
    is_open = [file.fragment is None or file.fragment.growing for file in files]
    for place, _, _, _, pending in producers:
        is_open[place] |= pending
    streams: set[str] = set()
    for place, file in enumerate(files):
        stream = stream_of(file).path
        if is_open[place]:
            streams.add(stream)
        is_open[place] |= stream in streams
    return is_open


def _bases(engine: Engine, files: Sequence[SourceFile], documents: str) -> list[int]:
    """Give what is added to the place of a document among what was read, for that in its stream."""
    bases = [0] * max(len(files), 1)
    for rows in engine.ask_file("store/first_rows.sql", {documents: MARKED}):
        for place, first in rows:
            bases[place] = number_in(files[place]) - first
    return bases


def _write_logs(run: Run, values: dict[str, object]) -> None:
    shares = rows_of(run.engine, "store/log_groups.sql", values)
    for (day, notable, is_open), rows in groupby(shares, key=lambda row: row[:3]):
        asked = {"day": day, "notable": notable, "is_open": is_open}
        marks = _marks(sorted=notable, timeless=day is None)
        name = f"date={_day(day)}/{'notable-' if notable else ''}"
        part = Part(name, LOGS, 0, 0, notable=notable, open=is_open)
        of_tasks = [row[3:] for row in rows]
        for task, _, oldest, newest, _ in of_tasks:
            if oldest is not None:
                run.reaches(LOGS, task, oldest, newest)
        write_part(run, "store/write_logs.sql", values | asked | marks, _reaching(part, of_tasks))


def _write_stats(run: Run, values: dict[str, object]) -> None:
    _keep_counts(run.engine, values)
    shares = rows_of(run.engine, "store/stats_groups.sql", values)
    for (month, is_open), rows in groupby(shares, key=lambda row: row[:2]):
        of_tasks = [row[2:] for row in rows]
        asked = {"month": month, "is_open": is_open, **_marks(timeless=month is None)}
        part = Part(f"month={_month(month)}/", STATS, 0, 0, open=is_open)
        part = _reaching(part, [row[:-1] for row in of_tasks])
        odd = any(row[-1] for row in of_tasks)
        write_part(run, "store/write_stats.sql", asked, replace(part, odd=odd))
        for documents in (BINDINGS, DAYS):
            part = replace(part, documents=documents)
            write_part(run, f"store/write_{documents}.sql", asked, part)


def _keep_counts(engine: Engine, values: dict[str, object]) -> None:
    """Keep what is to be written of stats; counts have 64 bits, or more where one does not fit."""
    for count in (Text("BIGINT"), Text("DECIMAL(38, 0)")):
        try:
            for relation in ("stats_to_store", "bindings_to_store"):
                engine.keep(relation, values | {"count": count})
        except QueryFailed:
            if count != "BIGINT":
                raise
        else:
            return


def carry(run: Run, before: Sequence[Part], streams: Sequence[str]) -> None:
    """Keep what open parts hold of streams of which there is no file any more."""
    for part in before if streams else ():
        if part.open:
            values: dict[str, object] = {
                "paths": [os.path.join(run.path, part.path)],
                "streams": streams,
            }
            write_part(run, "store/carry.sql", values, replace(part, path=prefix_of(part)))


def prefix_of(part: Part) -> str:
    """Give what the path of a part begins with, below its collection's folder."""
    below = PurePosixPath(part.path).parts[1:-1]
    return "".join(f"{folder}/" for folder in below) + ("notable-" if part.notable else "")


def _reaching(part: Part, shares: Sequence[Row]) -> Part:
    """Tell of a part whose documents are in it, and of when, by its tasks' shares of it."""
    tasks = [task for task, *_ in shares if task is not None]
    is_timeless = any(row[-1] for row in shares)
    return replace(
        part,
        oldest=None if is_timeless else min(row[2] for row in shares),
        newest=None if is_timeless else max(row[3] for row in shares),
        first_task=min(tasks, default=None),
        last_task=max(tasks, default=None),
        nameless=len(tasks) < len(shares),
    )


def _write_exports(run: Run, values: dict[str, object]) -> None:
    for is_open, count in rows_of(run.engine, "store/export_groups.sql", values):
        part = Part("", CATALOG_STATS, count, 0, open=is_open)
        write_part(run, "store/write_exports.sql", values | {"is_open": is_open}, part)


def write_part(run: Run, file: str, values: dict[str, object], part: Part) -> None:
    """Write one Parquet file; its path so far is that of its folder. Stats may have no bindings."""
    run.number += 1
    name = f"{part.documents}/{part.path}{run.generation}-{run.number}.parquet"
    place = folder.new_part(run.path, name)
    ((rows,),) = rows_of(run.engine, file, values | {"path": str(place)})
    if rows:
        run.parts.append(replace(part, path=name, rows=rows, size=os.path.getsize(place)))
    else:
        place.unlink()


def rows_of(engine: Engine, file: str, values: dict[str, object]) -> list[Row]:
    """Run the statement that a file is with these values; give all its rows."""
    return [row for rows in engine.ask_file(file, values) for row in rows]


def _marks(**marks: bool) -> dict[str, object]:
    return {mark: MARKED for mark, is_there in marks.items() if is_there}


def _day(day: int | None) -> str:
    return "none" if day is None else f"{_EPOCH + timedelta(days=day):%Y-%m-%d}"


def _month(hour: int | None) -> str:
    if hour is None:
        return "none"
    try:
        return f"{_EPOCH + timedelta(hours=hour):%Y-%m}"
    except OverflowError:
        return "none"
