"""What a file is by its name, and by its first bytes where the name leaves it open."""

from __future__ import annotations

import os
import re
from dataclasses import replace

from flowctl_ops.sources import sniff
from flowctl_ops.sources.exports import export_of
from flowctl_ops.sources.files import Codec, FileFormat, SourceFile
from flowctl_ops.sources.journals import (
    ANY_END,
    Fragment,
    Journal,
    fragment_of,
    journal_of,
    partition_of,
)

_CODECS = {
    ".gz": Codec.GZIP,
    ".gzip": Codec.GZIP,
    ".gzod": Codec.UNKNOWN,
    ".zst": Codec.ZSTD,
    ".zstandard": Codec.ZSTD,
    ".sz": Codec.SNAPPY,
    ".snappy": Codec.SNAPPY,
    ".bz2": Codec.BZIP2,
    ".xz": Codec.XZ,
    ".raw": Codec.NONE,
    "": Codec.UNKNOWN,
}
ROTATED = re.compile(r"[.-]\d[\d_-]*$")  # app.log.1, app.log-20261005
_TEXTS = (FileFormat.JSON, FileFormat.CSV)
_FORMATS = {
    ".jsonl": FileFormat.JSON,
    ".ndjson": FileFormat.JSON,
    ".json": FileFormat.JSON,
    ".log": FileFormat.JSON,
    ".parquet": FileFormat.PARQUET,
    ".csv": FileFormat.CSV,
}


def describe(
    path: str, shown: str, parts: tuple[str, ...], size: int, *, named_by_user: bool
) -> SourceFile:
    """Describe a file that lies below these folders.

    Raises:
        OSError: if it cannot be read.
    """
    name = os.path.basename(path)
    journal = journal_of(parts)
    fragment = fragment_of(parts, name)
    if fragment and journal:
        return _fragment(path, shown, journal, fragment, size)
    file_format, codec = _by_extension(name)
    if fragment and file_format is None:
        file_format = FileFormat.JSON
    elif file_format is None and size and (named_by_user or "." not in name):
        file_format, codec = sniff.format_of(path, certain=named_by_user)
    if size and file_format in _TEXTS and codec in (Codec.NONE, Codec.UNKNOWN):
        codec = sniff.codec_of(path)
    file = SourceFile(path, shown, file_format or FileFormat.JSON, codec, size=size)
    if journal and not named_by_user and any(part.startswith("pivot=") for part in parts):
        return replace(file, why_not="no fragment")
    if file_format is None:
        return replace(file, why_not="not of a known format")
    if size and file_format is FileFormat.JSON:
        shape, rows = sniff.layout_of(file)
        file = replace(file, shape=shape, rows=rows)
    return replace(file, export=export_of(path), partition=partition_of(parts))


def _fragment(path: str, shown: str, journal: Journal, fragment: Fragment, size: int) -> SourceFile:
    if fragment.end == ANY_END:
        fragment = replace(fragment, end=fragment.begin + size, growing=True)
    extension = os.path.splitext(path)[1].lower()
    codec = _CODECS.get(extension, Codec.UNKNOWN)
    reason = (
        None if journal.documents in {"logs", "stats"} and journal.task else "another collection"
    )
    if reason is None and codec is Codec.UNKNOWN and size:
        codec = sniff.codec_of(path)
    return SourceFile(
        path, shown, FileFormat.JSON, codec, journal, fragment, size=size, why_not=reason
    )


def _by_extension(name: str) -> tuple[FileFormat | None, Codec]:
    stem, extension = os.path.splitext(name.lower())
    codec = _CODECS.get(extension) if extension else None
    if codec is None:
        stem, codec = name.lower(), Codec.NONE
    return _FORMATS.get(os.path.splitext(ROTATED.sub("", stem))[1]), codec
