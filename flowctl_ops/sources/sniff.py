"""Telling formats and codecs by a file's first bytes, where its name does not."""

from __future__ import annotations

import zlib

from flowctl_ops.sources import inflate
from flowctl_ops.sources.files import Codec, FileFormat, SourceFile
from flowctl_ops.sources.shapes import SAMPLE, Shape, are_rows, shape_of

_MAGIC = {
    b"\x1f\x8b": Codec.GZIP,
    b"\x28\xb5\x2f\xfd": Codec.ZSTD,
    b"\xff\x06\x00\x00": Codec.SNAPPY,
    b"BZh": Codec.BZIP2,
    b"\xfd7zXZ\0": Codec.XZ,
    b"\xef\xbb\xbf": Codec.MARKED,
    b"\xff\xfe": Codec.MARKED,
    b"\xfe\xff": Codec.MARKED,
}


def codec_of(path: str) -> Codec:
    """Tell a codec by its magic number; text is NONE, text behind a byte order mark MARKED.

    Raises:
        OSError: if the file cannot be read.
    """
    start = _start(path)
    return next((codec for magic, codec in _MAGIC.items() if start.startswith(magic)), Codec.NONE)


def format_of(path: str, *, certain: bool) -> tuple[FileFormat | None, Codec]:
    """Tell the format of a file without a known extension.

    Where it is not `certain` to be data, only what begins like Parquet, gzip, zstd or a JSON
    object is.

    Raises:
        OSError: if the file cannot be read.
    """
    start = _start(path)
    if start.startswith(b"PAR1"):
        return FileFormat.PARQUET, Codec.NONE
    codec = codec_of(path)
    if certain or codec is not Codec.NONE or start.lstrip().startswith(b"{"):
        return FileFormat.JSON, codec
    return None, codec


def layout_of(file: SourceFile) -> tuple[Shape, bool]:
    """Tell how documents lie in a file, and whether they are rows of a table, by its beginning.

    Raises:
        OSError: if the file cannot be read.
    """
    start = _text(file)
    shape = shape_of(start)
    return shape, are_rows(start, shape)


def _text(file: SourceFile) -> bytes:
    """Give the beginning of a file's text; of the usual codecs without reading more than that."""
    if file.codec not in (Codec.NONE, Codec.GZIP):
        try:
            return next(inflate.chunks(file), b"")[:SAMPLE]
        except inflate.Unreadable:
            return b""
    with open(file.path, "rb") as stream:
        start = stream.read(SAMPLE)
    if file.codec is Codec.NONE:
        return start
    try:
        return zlib.decompressobj(wbits=31).decompress(start, SAMPLE)
    except zlib.error:
        return b""


def _start(path: str) -> bytes:
    with open(path, "rb") as stream:
        return stream.read(64)
