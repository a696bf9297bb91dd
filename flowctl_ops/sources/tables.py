"""Folders that are tables of a lake format: which of their files count, only their metadata says.

Data files of Iceberg and Delta tables stay after their rows were removed or rewritten.
"""

from __future__ import annotations

import os

_HINT = (
    "export it first, with DuckDB for one: "
    "COPY (FROM {scan}('TABLE')) TO 'logs.parquet', then ops -d logs.parquet"
)
_DEPTH = 3  # how far below a table its files may be asked for


def table_of(folder: str) -> tuple[str, str] | None:
    """Say what table a folder is, and how to read it; None if it is none."""
    if os.path.isdir(os.path.join(folder, "_delta_log")):
        return _sentence("a Delta", "delta_scan")
    if _has_metadata(os.path.join(folder, "metadata")):
        return _sentence("an Iceberg", "iceberg_scan")
    return None


def table_around(folder: str) -> tuple[str, str] | None:
    """Say the same of a folder with files of a table, be the table that folder or around it."""
    for _ in range(_DEPTH):
        if (table := table_of(folder)) is not None:
            return table
        folder = os.path.dirname(folder)
    return None


def _sentence(kind: str, scan: str) -> tuple[str, str]:
    reason = f"is {kind} table and not read: its files hold rows that were removed, too"
    return reason, _HINT.format(scan=scan)


def _has_metadata(folder: str) -> bool:
    try:
        names = os.listdir(folder)
    except OSError:
        return False
    return any(
        name.endswith((".metadata.json", ".avro")) or "version-hint" in name for name in names
    )
