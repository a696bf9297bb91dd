"""`ops materialize`: what counts, written once, and kept up to date run by run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from flowctl_ops.errors import DataError, UsageError
from flowctl_ops.filters import Window
from flowctl_ops.relations import Account, Source
from flowctl_ops.sources import Problem, SourceFile
from flowctl_ops.sources.stored import LATE, LOGS, STATS, Store, stream_of
from flowctl_ops.store import folder
from flowctl_ops.store.compact import compact
from flowctl_ops.store.parts import Run, Scope, carry, write
from flowctl_ops.store.plan import Known, Unsettled, identity
from flowctl_ops.vocabulary import Collection

_CHUNK = 512 << 20  # bytes of documents that are read at once, where streams allow it


@dataclass
class Written:
    """What a run came to: files and bytes read, files and bytes that there are, documents."""

    read: int = 0
    bytes_read: int = 0
    files: int = 0
    bytes: int = 0
    rows: int = 0
    anew: bool = False


def materialize(
    source: Source,
    path: Path,
    scope: Scope,
    progress: Callable[[int, int], None],
    *,
    merge: bool = False,
) -> Written:
    """Bring a folder up to date with the files of a source, whose account says what came of it.

    `progress` is called with the bytes read so far and those to be read; `merge` merges what
    several runs wrote.

    Raises:
        DataError: if the folder holds something else, or what nobody could read anew.
        UsageError: if it was made for other names or times.
        CannotWrite: if it cannot be written.
    """
    with folder.held(path):
        store, told = folder.read(path)
        if told and store.asked != scope.asked:
            raise UsageError(
                f"{path} was made for {_said(store.asked)}",
                "ask for the same again, or name another folder",
            )
        folder.clean(path, store)
        files = chosen(source, scope.window)
        run = _after(store, path, source, scope, _known(path, told))
        try:
            to_read = run.known.to_read(files)
            if not to_read and not merge:
                source.account.add([*source.found.problems, *store.problems])
                return _sum(store, Written())
            if to_read:
                _read(source, to_read, run, progress)
                carry(run, store.parts, run.known.gone(source.found.files))
            else:  # what is open is as it was
                run.parts = list(store.parts)
        except Unsettled:
            _check_there(path, run.known, source)
            to_read = files
            run = Run(path, source.engine, scope, Known(), store.generation + 1)
            _read(source, files, run, progress, together=True)
        if merge:
            compact(run)
        if run.known.has_late(files):
            run.late.add(LATE)
        for file in to_read:
            run.known.files.setdefault(file.path, [*identity(file), False])
        source.account.add(_still_known(store.problems, files, to_read))
        new = replace(
            store,
            asked=scope.asked,
            generation=run.generation,
            parts=tuple(run.parts),
            streams=tuple(run.streams.values()),
            tasks=run.tasks,
            reach=run.reach,
            problems=tuple(source.account.problems),
            late=tuple(sorted(run.late)),
            doubts=tuple(sorted(run.doubts)),
        )
        folder.commit(path, new, run.known.told())
        read = sum(file.size for file in to_read)
        return _sum(new, Written(len(to_read), read, anew=to_read is files and bool(store.parts)))


def _check_there(path: Path, known: Known, source: Source) -> None:
    """Refuse to read all anew where some of it is gone: what was kept of it would be, too.

    Raises:
        DataError: naming what is gone.
    """
    lost = known.lost(source.found.files)
    if lost:
        raise DataError(
            f"{path} holds documents of files that are gone ({lost[0].partition(':')[2]}), and "
            "new ones do not go on behind what was read, so that all would be read anew",
            "materialize what there is into a new folder",
        )


def _known(path: Path, told: dict[str, Any]) -> Known:
    try:
        return Known.of(told)
    except (TypeError, ValueError, AttributeError, KeyError) as error:
        message = f"{path} does not tell of which files it was made: {error}"
        raise DataError(message, "materialize into a new folder") from error


def _said(asked: dict[str, Any]) -> str:
    names = [*asked.get("names", ()), *filter(None, [asked.get("kind")])]
    times = [f"--{name} {asked[name]}" for name in ("since", "until") if asked.get(name)]
    return " ".join([*names, *times]) or "all tasks and times"


def _after(store: Store, path: Path, source: Source, scope: Scope, known: Known) -> Run:
    """Begin a run that adds to what there is; what is open is read anew."""
    return Run(
        path,
        source.engine,
        scope,
        known,
        store.generation + 1,
        [part for part in store.parts if not part.open],
        {stream.path: stream for stream in store.streams},
        dict(store.tasks),
        {documents: dict(reach) for documents, reach in store.reach.items()},
        late=set(store.late),
        doubts=set(store.doubts),
    )


def _still_known(
    problems: Sequence[Problem], files: Sequence[SourceFile], read: Sequence[SourceFile]
) -> list[Problem]:
    """Give the problems of files that are there as they were, and were not read again."""
    left = {file.shown for file in files} - {file.shown for file in read}
    return [each for each in problems if {each.where, each.where.rpartition(":")[0]} & left]


def chosen(source: Source, window: Window) -> list[SourceFile]:
    """Give the files that hold documents of a time, in journal order."""
    files: dict[str, SourceFile] = {}
    for documents in Collection:
        files.update((file.path, file) for file in source.choose(documents, window).files)
    return sorted(files.values(), key=lambda file: file.order)


def _sum(store: Store, written: Written) -> Written:
    written.files = len(store.parts)
    written.bytes = sum(part.size for part in store.parts)
    written.rows = sum(part.rows for part in store.parts if part.documents in (LOGS, STATS))
    return written


def _read(
    source: Source,
    files: list[SourceFile],
    run: Run,
    progress: Callable[[int, int], None],
    *,
    together: bool = False,
) -> None:
    """Read files, by chunks of whole streams, and write what counts of them."""
    total = sum(file.size for file in files)
    done = 0
    account = Account()
    run.tasks |= source.found.kinds
    for chunk in [files] if together else _chunks(files):
        progress(done, total)
        part = source.only([*chunk, *_beside(source, chunk, files, run.known)])
        write(part, run)
        _merge(account, part.account)
        done += sum(file.size for file in chunk)
    progress(total, total)
    source.account.add(source.found.problems)
    _merge(source.account, account)


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
    for _, of_task in groupby(sorted(files, key=_task_and_order), key=lambda file: file.task):
        if sum(file.length for file in chunk) > _CHUNK:
            yield chunk
            chunk = []
        chunk += of_task
    if chunk:
        yield chunk


def _task_and_order(file: SourceFile) -> tuple[object, ...]:
    return file.task or "", file.order
