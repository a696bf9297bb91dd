"""The uncompressed bytes of a file, read in Python: whatever its codec, up to the first error.

The engine reads whole files faster; this is for the few that it cannot read, or not from their
beginning.
"""

from __future__ import annotations

import codecs
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from flowctl_ops.errors import DataError
from flowctl_ops.sources.files import Codec, SourceFile

_CHUNK = 1 << 20
_PIECE = 64
_NO_HEADER = ("header check", "Unknown frame", "Invalid data stream", "Input format not supported")


class Unreadable(DataError):
    """A file's bytes end in an error; the sentence is the reason, what came before it is good."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, "copy the file once more from where it came")


def chunks(file: SourceFile) -> Iterator[bytes]:
    """Give the uncompressed bytes of a file, text as UTF-8, piece by piece.

    Raises:
        Unreadable: where the bytes cannot be read on; what was given before it is good.
    """
    try:
        yield from _READERS[file.codec](file)
    except OSError as error:
        raise Unreadable(os_reason(error)) from error


def os_reason(error: OSError) -> str:
    """Say why a file cannot be read."""
    return f"cannot be read: {(error.strerror or str(error)).lower()}"


def _plain(file: SourceFile) -> Iterator[bytes]:
    return _pieces(file, _CHUNK)


def _marked(file: SourceFile) -> Iterator[bytes]:
    """Turn text behind a byte order mark into UTF-8, as PowerShell's `>` makes it."""
    decoder: codecs.IncrementalDecoder | None = None
    last = "\n"
    for data in _plain(file):
        if decoder is None:
            wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
            encoding = "utf-16" if wide else "utf-8"
            decoder = codecs.getincrementaldecoder(encoding)("replace")
        # A mark stands before every line behind which files were put together, too.
        text = (last + decoder.decode(data)).replace("\n\ufeff", "\n")
        yield text[1:].encode(errors="replace")
        last = text[-1:]
    if decoder is not None:
        yield decoder.decode(b"", final=True).encode(errors="replace")


class _Decoder(Protocol):
    """What the decompressors of zstd, bzip2 and xz have in common, and zlib's below."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    @property
    def needs_input(self) -> bool: ...

    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class _Gunzip:
    """zlib's decompressor as the others are."""

    def __init__(self) -> None:
        self._decoder = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._decoder.eof

    @property
    def unused_data(self) -> bytes:
        return self._decoder.unused_data

    @property
    def needs_input(self) -> bool:
        return not self._decoder.unconsumed_tail

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._decoder.decompress(self._decoder.unconsumed_tail + data, max_length)


def _gzip(file: SourceFile) -> Iterator[bytes]:
    return _inflated(file, "gzip", _Gunzip, zlib.error)


def _zstd(file: SourceFile) -> Iterator[bytes]:
    from flowctl_ops import zstd  # noqa: PLC0415 - few files need it

    return _inflated(file, "zstd", zstd.ZstdDecompressor, zstd.ZstdError)


def _bzip2(file: SourceFile) -> Iterator[bytes]:
    import bz2  # noqa: PLC0415 - as above

    return _inflated(file, "bzip2", bz2.BZ2Decompressor, OSError)


def _xz(file: SourceFile) -> Iterator[bytes]:
    import lzma  # noqa: PLC0415 - as above

    return _inflated(file, "xz", lzma.LZMADecompressor, lzma.LZMAError)


def _inflated(
    file: SourceFile, codec: str, start: Callable[[], _Decoder], failure: type[Exception]
) -> Iterator[bytes]:
    """Give what can be read, to the last byte before an error.

    What is decoded in one piece gives nothing if there is an error in it: then all is read once
    more, in small pieces, behind what was given.
    """
    given = 0
    try:
        for chunk in _members(file, codec, start, failure, _CHUNK):
            given += len(chunk)
            yield chunk
    except Unreadable:
        for chunk in _members(file, codec, start, failure, _PIECE):
            if given < len(chunk):
                yield chunk[max(given, 0) :]
            given -= len(chunk)


def _members(
    file: SourceFile,
    codec: str,
    start: Callable[[], _Decoder],
    failure: type[Exception],
    size: int,
) -> Iterator[bytes]:
    """Read one compressed member after the other, in pieces of a size; zeros behind are padding."""
    decoder = start()
    begun = False
    members = 0
    for piece in _pieces(file, size):
        rest = piece
        while rest or (begun and not decoder.eof and not decoder.needs_input):
            if decoder.eof:
                rest = rest.lstrip(b"\0")
                if not rest:
                    break
                decoder, begun, members = start(), False, members + 1
            try:
                chunk = decoder.decompress(rest, _CHUNK)
            except failure as error:
                raise Unreadable(_damage(codec, error, begun=begun, members=members)) from error
            begun = True
            rest = decoder.unused_data if decoder.eof else b""
            if chunk:
                yield chunk
    if not decoder.eof:
        cut = f"is a {codec} file that is cut short"
        raise Unreadable(cut if begun else f"is empty where {codec} is expected")


def _pieces(file: SourceFile, size: int) -> Iterator[bytes]:
    with open(file.path, "rb") as stream:
        while chunk := stream.read(size):
            yield chunk


def _damage(codec: str, error: Exception, *, begun: bool, members: int) -> str:
    if not begun and members:
        return f"is a damaged {codec} file (something else stands behind its content)"
    if not begun and any(sign in str(error) for sign in _NO_HEADER):
        return f"is not {codec}, as its name says"
    return f"is a damaged {codec} file ({error})"


def _snappy(file: SourceFile) -> Iterator[bytes]:
    try:
        import cramjam  # noqa: PLC0415 - an optional extra
    except ImportError as error:
        reason = "is compressed with snappy: pip install 'flowctl-ops[snappy]' to read it"
        raise Unreadable(reason) from error
    if file.size == 0:
        raise Unreadable("is empty where snappy is expected")
    try:
        yield bytes(cramjam.snappy.decompress(Path(file.path).read_bytes()))
    except cramjam.DecompressionError as error:
        reason = f"is a damaged snappy file ({error})"
        raise Unreadable(reason) from error


_READERS = {
    Codec.NONE: _plain,
    Codec.UNKNOWN: _plain,
    Codec.MARKED: _marked,
    Codec.GZIP: _gzip,
    Codec.ZSTD: _zstd,
    Codec.SNAPPY: _snappy,
    Codec.BZIP2: _bzip2,
    Codec.XZ: _xz,
}
