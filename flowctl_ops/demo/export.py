"""Parquet files as Flow's file materializations write them: a folder per backfill.

Source: FORMATS §5; estuary/connectors filesink/filesink.go.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

from flowctl_ops import engine
from flowctl_ops.demo.journals import Entry, Written


def write_export(folder: Path, what: str, entries: list[Entry], *, documents: bool) -> Written:
    """Write two backfills: half of the `logs` or `stats` in an old one, all of them in a new one.

    With `documents` there is a column `flow_document`, and in it the UUID.
    """
    half, most = len(entries) // 2, len(entries) * 2 // 3
    parts = ((0, 0, entries[:half]), (1, 0, entries[:most]), (1, 1, entries[most:]))
    written = Written()
    for backfill, counter, part in parts:
        path = folder / f"v{backfill:010}/{counter:020}.parquet"
        written.store(path, _parquet(what, part, documents=documents))
    return written


def _parquet(what: str, entries: list[Entry], *, documents: bool) -> bytes:
    rows = {
        "positions": list(range(len(entries))),
        "lines": [line.decode() for _, line, _ in entries],
        "published_us": [at_us for at_us, _, _ in entries],
    }
    with engine.single_threaded() as connection, TemporaryDirectory() as folder:
        connection.execute(_sql("documents"), rows)
        columns = connection.sql(_sql(what))
        if not documents:
            columns = columns.project("* EXCLUDE (flow_document)")
        path = Path(folder) / "columns.parquet"
        columns.write_parquet(str(path), compression="snappy")
        return path.read_bytes()


def _sql(name: str) -> str:
    return files("flowctl_ops.demo").joinpath(f"export_{name}.sql").read_text(encoding="utf-8")
