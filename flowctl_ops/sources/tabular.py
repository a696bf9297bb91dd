"""Parquet and CSV files made ready for one scan: each by its own types, whatever lies beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flowctl_ops.engine import Engine
from flowctl_ops.errors import QueryFailed
from flowctl_ops.sources import columns
from flowctl_ops.sources.columns import Columns
from flowctl_ops.sources.files import FileFormat, Problem, SourceFile
from flowctl_ops.sources.mend import Workshop
from flowctl_ops.vocabulary import Collection


def prepare(
    files: Sequence[SourceFile],
    paths: Sequence[str],
    collections: Iterable[Collection],
    engine: Engine,
    workshop: Workshop,
) -> list[str | None]:
    """Give a path for each file of columns or rows; None where it holds nothing that is asked for.

    It may be that of a copy. What is amiss is noted in the workshop.
    """
    if not files:
        return []
    engine.script("sources/no_rows.sql")
    ready: list[str | None] = list(paths)
    for place, file in enumerate(files):
        if file.rows:
            ready[place] = _documents_of_rows(file, paths[place], engine, workshop)
    places = [place for place, file in enumerate(files) if not file.rows]
    tables = [files[place] for place in places]
    found = _tables(tables, [paths[place] for place in places], collections, engine, workshop)
    for place, path in zip(places, found, strict=True):
        ready[place] = path
    return ready


def _tables(
    files: Sequence[SourceFile],
    paths: Sequence[str],
    collections: Iterable[Collection],
    engine: Engine,
    workshop: Workshop,
) -> list[str | None]:
    """Do the same for files of columns."""
    ready: list[str | None] = []
    parquet: list[tuple[str, Columns, int]] = []
    for file, path, found in zip(files, paths, columns.of_files(files, paths, engine), strict=True):
        if isinstance(found, str):
            ready.append(None)
            workshop.note(file, found)
            continue
        reason = columns.unusable(file, path, found, collections, engine)
        ready.append(path if reason is None else None)
        if reason is None and file.format is FileFormat.PARQUET:
            parquet.append((path, found, file.size))
        if reason:
            workshop.problems.append(Problem(file.shown, reason))
    odd = set(columns.odd_ones(parquet, engine))
    for place, path_or_none in enumerate(ready):
        if path_or_none in odd:
            ready[place] = _converted(files[place], path_or_none, engine, workshop)
    _note_lost(files, ready, engine, workshop)
    return ready


def _converted(file: SourceFile, path: str, engine: Engine, workshop: Workshop) -> str | None:
    copy = str(workshop.new_path(".parquet"))
    try:
        engine.script("sources/convert.sql", paths=[path], copy=copy)
    except QueryFailed as error:
        workshop.note(file, f"cannot be read: {error.sentence}")
        return None
    return copy


def _documents_of_rows(
    file: SourceFile, path: str, engine: Engine, workshop: Workshop
) -> str | None:
    """Make documents of rows that lie in a file as JSON: two copies, of columns and of lines."""
    copy = str(workshop.new_path(".parquet"))
    lines = str(workshop.new_path(".jsonl"))
    try:
        engine.script("sources/rows.sql", paths=[path], copy=copy)
        engine.script("sources/row_documents.sql", paths=[copy], copy=lines)
        _note_rows(file, _lost([copy], FileFormat.PARQUET, engine), workshop)
    except QueryFailed as error:
        workshop.note(file, f"cannot be read: {error.sentence}")
        return None
    return lines


def _note_lost(
    files: Sequence[SourceFile], paths: Sequence[str | None], engine: Engine, workshop: Workshop
) -> None:
    """Name the files with cells that cannot be kept."""
    by_path = {path: file for file, path in zip(files, paths, strict=True) if path is not None}
    for file_format in (FileFormat.PARQUET, FileFormat.CSV):
        wanted = [path for path, file in by_path.items() if file.format is file_format]
        try:
            rows = _lost(wanted, file_format, engine)
        except QueryFailed:  # damaged: reading says how
            continue
        for row in rows:
            _note_rows(by_path[row[0]], [row], workshop)


def _note_rows(file: SourceFile, rows: Sequence[tuple[str, str, int]], workshop: Workshop) -> None:
    for _, lost, count in rows:
        whose = "1 row" if count == 1 else f"{count} rows"
        workshop.note(file, f"{whose} left out of {lost}: no JSON or number, as it is")


def _lost(
    paths: Sequence[str], file_format: FileFormat, engine: Engine
) -> list[tuple[str, str, int]]:
    if not paths:
        return []
    is_csv = file_format is FileFormat.CSV
    rows = engine.rows(
        "sources/lost_cells.sql", parquet=[] if is_csv else paths, csv=paths if is_csv else []
    )
    return [(path, lost, count) for path, lost, count in rows]
