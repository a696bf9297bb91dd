"""The columns of Parquet and CSV files: whether they are those of an ops collection at all."""

from __future__ import annotations

import csv
from collections.abc import Sequence

from flowctl_ops.engine import Engine
from flowctl_ops.errors import QueryFailed
from flowctl_ops.sources import content
from flowctl_ops.sources.files import FileFormat, SourceFile
from flowctl_ops.vocabulary import Collection

_OWN_COLUMNS = {
    Collection.LOGS: frozenset({"level", "message", "flow_document"}),
    Collection.STATS: frozenset(
        {"txnCount", "openSecondsTotal", "capture", "materialize", "derive", "interval"}
        | {"derive/out/docsTotal", "interval/uptimeSeconds", "flow_document"}
        | {"catalogName", "catalog_name"}
    ),
}


def unusable(columns: frozenset[str], documents: Collection) -> str | None:
    """Say why columns hold none of a collection's documents; None if they do.

    It is '' where they are those of the other collection.
    """
    if columns & _OWN_COLUMNS[documents]:
        return None
    if any(columns & own for own in _OWN_COLUMNS.values()):
        return ""
    return "has none of the columns level, message, txnCount, interval and flow_document"


def of_files(
    files: Sequence[SourceFile], paths: Sequence[str], engine: Engine
) -> list[frozenset[str] | str]:
    """Give the column names of each file, or the reason why they cannot be read."""
    parquet = [
        path for file, path in zip(files, paths, strict=True) if file.format is FileFormat.PARQUET
    ]
    known = _parquet_at_once(parquet, engine)
    return [
        known.get(path) or _parquet(path, engine)
        if file.format is FileFormat.PARQUET
        else _csv(file)
        for file, path in zip(files, paths, strict=True)
    ]


def _parquet_at_once(paths: Sequence[str], engine: Engine) -> dict[str, frozenset[str]]:
    if not paths:
        return {}
    try:
        rows = engine.rows("sources/parquet_columns.sql", paths=paths)
    except QueryFailed:
        return {}
    return {path: frozenset(columns) for path, columns in rows}


def _parquet(path: str, engine: Engine) -> frozenset[str] | str:
    try:
        rows = engine.rows("sources/parquet_columns.sql", paths=[path])
    except QueryFailed:
        return "is no Parquet file, or is cut short"
    return frozenset(rows[0][1])


def _csv(file: SourceFile) -> frozenset[str] | str:
    try:
        header = next(iter(content.lines(file)), b"")
    except content.Unreadable as error:
        return error.sentence
    return frozenset(next(csv.reader([header.decode(errors="replace")]), []))
