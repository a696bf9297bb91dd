"""What is amiss with files: gone, changed since they were found, or not to be read."""

from __future__ import annotations

import os
from collections.abc import Sequence

from flowctl_ops.engine import Engine
from flowctl_ops.errors import QueryFailed
from flowctl_ops.sources import content
from flowctl_ops.sources.files import Codec, FileFormat, SourceFile

Placed = tuple[int, str]  # the place of a file, and what belongs to it


def change(file: SourceFile) -> str | None:
    """Say how a file has changed; a plain one, not closed, may grow as it is written."""
    try:
        now = os.stat(file.path)
    except OSError as error:
        return f"was there and cannot be read any more: {(error.strerror or '').lower()}"
    if file.identity is None:
        return None
    inode, modified = file.identity
    if now.st_size < file.size:
        return "became shorter while it was read"
    grows = file.fragment is None or file.fragment.growing
    may_grow = grows and file.format is FileFormat.JSON
    if now.st_ino != inode or (
        not may_grow and (now.st_size, now.st_mtime_ns) != (file.size, modified)
    ):
        return "was replaced while it was read"
    return None


def is_unsound(file: SourceFile) -> bool:
    """Tell whether a compressed file cannot be read to its end."""
    if file.codec not in (Codec.GZIP, Codec.ZSTD):
        return False
    try:
        for _ in content.chunks(file):
            pass
    except content.Unreadable:
        return True
    return False


def unreadable(
    engine: Engine, files: Sequence[SourceFile], paths: Sequence[str | None]
) -> list[Placed]:
    """Find the files that the engine cannot read at their paths, with its reason for each."""
    there = [
        (place, path)
        for place, path in enumerate(paths)
        if path is not None and files[place].format is not FileFormat.STORED
    ]
    gone = [(place, "it is gone") for place, path in there if not os.path.exists(path)]
    if gone:  # the engine passes over them in a list
        return gone
    lines = [each for each in there if files[each[0]].format is FileFormat.JSON]
    tables = [each for each in there if files[each[0]].format is not FileFormat.JSON]
    return [*_bad_lines(engine, lines), *_bad_tables(engine, files, tables)]


def unreadable_parts(engine: Engine, parts: Sequence[SourceFile]) -> list[tuple[SourceFile, str]]:
    """Find the parts of materialized data that cannot be read, with the engine's reason."""
    found = []
    for part in parts:
        reason = engine.reason("sources/probe_part.sql", path=part.path)
        if reason is not None:
            found.append((part, reason.splitlines()[0]))
    return found


def _bad_lines(engine: Engine, asked: list[Placed]) -> list[Placed]:
    """Find the files of JSON lines that fail, by halves."""
    if not asked:
        return []
    try:
        engine.rows("sources/probe.sql", paths=[path for _, path in asked])
    except QueryFailed as error:
        if len(asked) == 1:
            return [(asked[0][0], error.sentence.splitlines()[0])]
        half = len(asked) // 2
        return [*_bad_lines(engine, asked[:half]), *_bad_lines(engine, asked[half:])]
    return []


def _bad_tables(engine: Engine, files: Sequence[SourceFile], asked: list[Placed]) -> list[Placed]:
    """Find the tables that fail, one by one."""
    found = []
    for place, path in asked:
        is_csv = files[place].format is FileFormat.CSV
        parquet, csv = ([], [path]) if is_csv else ([path], [])
        reason = engine.reason("sources/probe_table.sql", parquet=parquet, csv=csv)
        if reason is not None:
            found.append((place, reason.splitlines()[0]))
    return found
