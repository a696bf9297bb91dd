"""The uncompressed bytes of a file, read in Python: to mend, to verify and to name bad lines.

The engine reads whole files faster; this is for the few that it cannot read, or not from their
beginning.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from flowctl_ops.errors import DataError
from flowctl_ops.sources.files import Codec, SourceFile

_CHUNK = 1 << 20
LONGEST_LINE = 16_777_216

Lines = Iterator[bytes]


class Unreadable(DataError):
    """A file's bytes end in an error; the sentence is the reason, what came before it is good."""


def chunks(file: SourceFile) -> Iterator[bytes]:
    """Give the uncompressed bytes of a file, text as UTF-8, piece by piece.

    Raises:
        Unreadable: where the bytes cannot be read on; what was given before it is good.
    """
    try:
        yield from _READERS[file.codec](file)
    except OSError as error:
        reason = f"cannot be read: {(error.strerror or str(error)).lower()}"
        raise Unreadable(reason) from error


def lines(file: SourceFile) -> Lines:
    """Give the lines of a file with their line ends, the last one perhaps without.

    Raises:
        Unreadable: as `chunks`.
    """
    rest = b""
    for chunk in chunks(file):
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield line + b"\n"
    if rest:
        yield rest


def mismatch(file: SourceFile) -> str | None:
    """Compare a fragment's bytes with the length and the checksum in its name; None if they agree.

    Source: Gazette's `broker/client/reader.go` checks the length alike.
    """
    fragment = file.fragment
    if fragment is None:
        return None
    length = 0
    digest = hashlib.sha1(usedforsecurity=False)
    try:
        for chunk in chunks(file):
            length += len(chunk)
            digest.update(chunk)
    except Unreadable as error:
        return error.sentence
    if length != fragment.end - fragment.begin:
        return f"holds {length} bytes where its name says {fragment.end - fragment.begin}"
    if digest.hexdigest() != fragment.sha1:
        return f"has checksum {digest.hexdigest()} where its name says {fragment.sha1}"
    return None


def _plain(file: SourceFile) -> Iterator[bytes]:
    with open(file.path, "rb") as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _marked(file: SourceFile) -> Iterator[bytes]:
    """Turn text behind a byte order mark into UTF-8, as PowerShell's `>` makes it."""
    data = b"".join(_plain(file))
    encoding = "utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "utf-16"
    yield data.decode(encoding, errors="replace").encode()


class _Decoder(Protocol):
    """What zlib's and zstd's decompressors have in common."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, /) -> bytes: ...


def _gzip(file: SourceFile) -> Iterator[bytes]:
    return _members(file, "gzip", lambda: zlib.decompressobj(wbits=31), zlib.error)


def _zstd(file: SourceFile) -> Iterator[bytes]:
    from flowctl_ops import zstd  # noqa: PLC0415 - few files need it

    return _members(file, "zstd", zstd.ZstdDecompressor, zstd.ZstdError)


def _members(
    file: SourceFile, codec: str, start: Callable[[], _Decoder], failure: type[Exception]
) -> Iterator[bytes]:
    """Read one compressed member after the other, and give what precedes an error before it."""
    decoder = start()
    begun = False
    for piece in _plain(file):
        rest = piece
        while rest:
            if decoder.eof:
                decoder, begun = start(), False
            try:
                chunk = decoder.decompress(rest)
            except failure as error:
                raise Unreadable(_damage(codec, error, begun=begun)) from error
            begun = True
            rest = decoder.unused_data if decoder.eof else b""
            if chunk:
                yield chunk
    if not decoder.eof:
        cut = f"is a {codec} file that is cut short"
        raise Unreadable(cut if begun else f"is empty where {codec} is expected")


def _damage(codec: str, error: Exception, *, begun: bool) -> str:
    if not begun and ("header check" in str(error) or "Unknown frame" in str(error)):
        return f"is not {codec}, as its name says"
    return f"is a damaged {codec} file ({error})"


def _snappy(file: SourceFile) -> Iterator[bytes]:
    try:
        import cramjam  # noqa: PLC0415 - an optional extra
    except ImportError as error:
        reason = "is compressed with snappy: pip install 'flowctl-ops[snappy]' to read it"
        raise Unreadable(reason) from error
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
}
