"""Whether a file is written to its end, or may be in the midst of it."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import replace

from flowctl_ops.sources import content
from flowctl_ops.sources.files import Codec, FileFormat, SourceFile
from flowctl_ops.sources.shapes import Shape

PLAIN = (Codec.NONE, Codec.UNKNOWN, Codec.MARKED)
_FRESH = 5.0  # seconds since its last change, within which a file may be in the midst of one


def changed(files: Sequence[SourceFile]) -> set[str]:
    """Give the paths of files of lines, read where they lie, that changed since they were found."""
    return {
        file.path
        for file in files
        if not file.piped and file.fragment is None and _is_text(file) and _has_changed(file)
    }


def _has_changed(file: SourceFile) -> bool:
    try:
        status = os.stat(file.path)
    except OSError:
        return True
    return (status.st_size, (status.st_ino, status.st_mtime_ns)) != (file.size, file.identity)


def is_fresh(file: SourceFile) -> bool:
    """Tell whether a file may be in the midst of being written; its time may lie ahead of ours."""
    return file.identity is None or time.time() - file.identity[1] / 1e9 < _FRESH


def _is_text(file: SourceFile) -> bool:
    return file.codec in PLAIN and file.format is not FileFormat.PARQUET


def is_settled(file: SourceFile) -> bool:
    """Tell whether a file can be read where it lies: it rests, and its last line has an end."""
    if is_fresh(file) or file.size == 0:
        return False
    if not _is_text(file):
        return True
    if file.codec is Codec.MARKED or file.shape is Shape.DOCUMENTS:
        return False
    try:
        with open(file.path, "rb") as stream:
            stream.seek(file.size - 1)
            return stream.read(1) == b"\n"
    except OSError:
        return False


def as_it_is(file: SourceFile) -> SourceFile:
    """Describe a file with the size and the time that it has by now.

    Raises:
        OSError: if it is gone.
    """
    status = os.stat(file.path)
    return replace(file, size=status.st_size, identity=(status.st_ino, status.st_mtime_ns))


def stamp_of(path: str) -> tuple[int, int]:
    """Give what changes with a file's content: its size and its time.

    Raises:
        OSError: if it is gone.
    """
    status = os.stat(path)
    return status.st_size, status.st_mtime_ns


def is_whole(file: SourceFile) -> bool:
    """Tell whether a file that is not written line by line has been written to its end."""
    if file.size == 0:
        return False
    try:
        if file.format is FileFormat.PARQUET:
            return _is_whole_parquet(file.path)
        if file.fragment is not None:
            return content.length_by_name(file) == content.readable(file)
        last = b""
        for chunk in content.chunks(file):
            last = chunk or last
    except (content.Unreadable, OSError):
        return False
    return not last or last.endswith(b"\n") or file.format is not FileFormat.JSON


def _is_whole_parquet(path: str) -> bool:
    """Look for the magic number at both ends, and for a footer that fits between them."""
    with open(path, "rb") as stream:
        size = stream.seek(0, os.SEEK_END)
        if size < 12:  # noqa: PLR2004 - two magic numbers and a length, of four bytes each
            return False
        stream.seek(size - 8)
        end = stream.read(8)
        stream.seek(0)
        footer = int.from_bytes(end[:4], "little")
        return stream.read(4) == end[4:] == b"PAR1" and footer <= size - 12
