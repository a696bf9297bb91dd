"""`ops materialize`: what counts, written once, and kept up to date run by run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

from flowctl_ops.engine import Engine
from flowctl_ops.errors import UsageError
from flowctl_ops.filters import LogFilter, NameFilter, StatsFilter, Window
from flowctl_ops.relations import Account, Logs, Source, Stats
from flowctl_ops.result import Row
from flowctl_ops.sources import Problem, SourceFile
from flowctl_ops.sources.stored import (
    BINDINGS,
    CATALOG_STATS,
    DAYS,
    LOGS,
    STATS,
    Part,
    Reaches,
    Store,
    Stream,
    number_in,
    stream_of,
)
from flowctl_ops.statement import MARKED, statement
from flowctl_ops.store import folder
from flowctl_ops.store.plan import Known, Unsettled
from flowctl_ops.vocabulary import Collection, TaskKind

_CHUNK = 512 << 20  # bytes of documents that are read at once, where streams allow it
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Scope:
    """What a folder is to hold: documents of these tasks, of this time."""

    names: NameFilter
    kind: TaskKind | None
    window: Window
    asked: dict[str, Any]


class OtherScope(UsageError):
    """A folder that is to hold something else than what it was made for."""

    def __init__(self, path: Path, asked: dict[str, Any]) -> None:
        names = [*asked.get("names", ()), *filter(None, [asked.get("kind")])]
        times = [f"--{name} {asked[name]}" for name in ("since", "until") if asked.get(name)]
        made_for = " ".join([*names, *times]) or "all tasks and times"
        super().__init__(
            f"{path} was made for {made_for}", "ask for the same again, or name another folder"
        )


@dataclass
class Written:
    """What a run came to: files and bytes read, files and bytes that there are, documents."""

    read: int = 0
    bytes_read: int = 0
    files: int = 0
    bytes: int = 0
    rows: int = 0
    anew: bool = False


@dataclass
class _Run:
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
    number: int = 0

    def reaches(self, documents: str, task: str | None, oldest: int, newest: int) -> None:
        """Remember from when to when a task's documents reach, in ns."""
        reach = self.reach.setdefault(documents, {})
        before = reach.get(task or "", (oldest, newest))
        reach[task or ""] = (min(before[0], oldest), max(before[1], newest))


def materialize(
    source: Source, path: Path, scope: Scope, progress: Callable[[int, int], None]
) -> Written:
    """Bring a folder up to date with the files of a source, whose account says what came of it.

    `progress` is called with the bytes read so far and those to be read.

    Raises:
        UsageError: if the folder holds something else.
        CannotWrite: if it cannot be written.
    """
    with folder.held(path):
        store, told = folder.read(path)
        if told and store.asked != scope.asked:
            raise OtherScope(path, store.asked)
        folder.clean(path, store)
        known = Known.of(told)
        files = _chosen(source, scope.window)
        anew = False
        try:
            to_read = known.to_read(files)
            if not to_read:
                _account(source, store.problems)
                return _sum(store, Written())
            made = _made(
                source,
                to_read,
                _Run(
                    path,
                    source.engine,
                    scope,
                    known,
                    store.generation + 1,
                    [part for part in store.parts if not part.open],
                    {stream.path: stream for stream in store.streams},
                    dict(store.tasks),
                    {documents: dict(reach) for documents, reach in store.reach.items()},
                ),
                progress,
            )
        except Unsettled:
            anew, to_read = True, files
            empty = _Run(path, source.engine, scope, Known(), store.generation + 1)
            made = _made(source, files, empty, progress, together=True)
        for file in to_read:
            made.known.files.setdefault(file.path, made.known.identity(file))
        new = replace(
            store,
            asked=scope.asked,
            generation=made.generation,
            parts=tuple(made.parts),
            streams=tuple(made.streams.values()),
            tasks=made.tasks,
            reach=made.reach,
            problems=tuple(source.account.problems),
        )
        folder.commit(path, new, made.known.told())
        read = sum(file.size for file in to_read)
        return _sum(new, Written(len(to_read), read, anew=anew))


def _chosen(source: Source, window: Window) -> list[SourceFile]:
    """Give the files that hold documents of a time, in journal order."""
    files: dict[str, SourceFile] = {}
    for documents in Collection:
        files.update((file.path, file) for file in source.choose(documents, window).files)
    return sorted(files.values(), key=lambda file: file.order)


def _account(source: Source, problems: Sequence[Problem]) -> None:
    source.account.add(source.found.problems)
    source.account.add(problems)


def _sum(store: Store, written: Written) -> Written:
    written.files = len(store.parts)
    written.bytes = sum(part.size for part in store.parts)
    written.rows = sum(part.rows for part in store.parts if part.documents in (LOGS, STATS))
    return written


def _made(
    source: Source,
    files: list[SourceFile],
    run: _Run,
    progress: Callable[[int, int], None],
    *,
    together: bool = False,
) -> _Run:
    """Read files, by chunks of whole streams, and write what counts of them."""
    total = sum(file.size for file in files)
    done = 0
    account = Account()
    run.tasks |= source.found.kinds
    for chunk in [files] if together else _chunks(files):
        progress(done, total)
        part = source.only([*chunk, *_beside(source, chunk, files, run.known)])
        _write(part, run)
        _merge(account, part.account)
        done += sum(file.size for file in chunk)
    progress(total, total)
    source.account.add(source.found.problems)
    _merge(source.account, account)
    return run


def _beside(
    source: Source, chunk: Sequence[SourceFile], chosen: Sequence[SourceFile], known: Known
) -> list[SourceFile]:
    """Give the files that hold the same bytes as those of a chunk, should one be damaged."""
    streams = {stream_of(file).path for file in chunk if file.fragment}
    paths = {file.path for file in chosen}
    return [
        file
        for file in source.found.files
        if file.fragment
        and file.path not in paths
        and stream_of(file).path in streams
        and file.fragment.begin >= known.ends.get(stream_of(file).path, 0)
    ]


def _merge(account: Account, other: Account) -> None:
    account.add(other.problems)
    account.more_bad_lines += other.more_bad_lines


def _chunks(files: Sequence[SourceFile]) -> Iterator[list[SourceFile]]:
    """Give files that are read together: all of a task, as many tasks as there is room for."""
    chunk: list[SourceFile] = []
    length = 0
    last: tuple[str, ...] = ()
    for file in sorted(files, key=lambda file: (file.task or "", file.order)):
        stream = (file.task or "",)
        if chunk and length > _CHUNK and stream != last:
            yield chunk
            chunk, length = [], 0
        chunk.append(file)
        length += file.length
        last = stream
    if chunk:
        yield chunk


def _write(source: Source, run: _Run) -> None:
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
    wide = {"wide" if stats.is_wide else "narrow": MARKED}
    _write_logs(run, values | {"bases": _bases(engine, files, "logs")})
    numbered = values | wide | {"bases": _bases(engine, files, "stats")}
    _write_stats(run, numbered)
    _write_exports(run, numbered)


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


def _write_logs(run: _Run, values: dict[str, object]) -> None:
    values |= _marks(copies=run.engine.value("store/copied_logs.sql") > 0)
    shares = _rows(run.engine, "store/log_groups.sql", values)
    for (day, notable, is_open), rows in groupby(shares, key=lambda row: row[:3]):
        asked = {"day": day, "notable": notable, "is_open": is_open}
        marks = _marks(sorted=notable, timeless=day is None)
        name = f"date={_day(day)}/{'notable-' if notable else ''}"
        part = Part(name, LOGS, 0, 0, notable=notable, open=is_open)
        of_tasks = [row[3:] for row in rows]
        for task, _, oldest, newest, _ in of_tasks:
            if oldest is not None:
                run.reaches(LOGS, task, oldest, newest)
        _write_part(run, "store/write_logs.sql", values | asked | marks, _reaching(part, of_tasks))


def _write_stats(run: _Run, values: dict[str, object]) -> None:
    for relation in ("stats_to_store", "bindings_to_store"):
        run.engine.keep(relation, values)
    shares = _rows(run.engine, "store/stats_groups.sql", values)
    for (month, is_open), rows in groupby(shares, key=lambda row: row[:2]):
        of_tasks = [row[2:] for row in rows]
        asked = {"month": month, "is_open": is_open, **_marks(timeless=month is None)}
        part = Part(f"month={_month(month)}/", STATS, 0, 0, open=is_open)
        part = _reaching(part, [row[:-1] for row in of_tasks])
        odd = any(row[-1] for row in of_tasks)
        _write_part(run, "store/write_stats.sql", asked, replace(part, odd=odd))
        for documents in (BINDINGS, DAYS):
            part = replace(part, documents=documents)
            _write_part(run, f"store/write_{documents}.sql", asked, part)


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


def _write_exports(run: _Run, values: dict[str, object]) -> None:
    for is_open, count in _rows(run.engine, "store/export_groups.sql", values):
        part = Part("", CATALOG_STATS, count, 0, open=is_open)
        _write_part(run, "store/write_exports.sql", values | {"is_open": is_open}, part)


def _write_part(run: _Run, file: str, values: dict[str, object], part: Part) -> None:
    """Write one Parquet file; its path so far is that of its folder. Stats may have no bindings."""
    run.number += 1
    name = f"{part.documents}/{part.path}{run.generation}-{run.number}.parquet"
    place = folder.new_part(run.path, name)
    ((rows,),) = _rows(run.engine, file, values | {"path": str(place)})
    if rows:
        run.parts.append(replace(part, path=name, rows=rows, size=os.path.getsize(place)))
    else:
        place.unlink()


def _rows(engine: Engine, file: str, values: dict[str, object]) -> list[Row]:
    return [row for rows in engine.ask(statement(file, values)) for row in rows]


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
