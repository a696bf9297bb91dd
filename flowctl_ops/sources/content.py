"""The uncompressed bytes of a file, read in Python: to mend, to verify and to name bad lines.

The engine reads whole files faster; this is for the few that it cannot read, or not from their
beginning.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from flowctl_ops.errors import DataError
from flowctl_ops.sources.files import Codec, FileFormat, SourceFile

_CHUNK = 1 << 20
_PIECE = 512
LONGEST_LINE = 16_777_216
_ZSTD_FRAME = b"\x28\xb5\x2f\xfd"
_SKIPPABLE = b"\x2a\x4d\x18"

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
    """Compare bytes with the length and checksum in a fragment's name; None if they agree.

    Of other compressed files, only what their codec checks.

    Source: Gazette's `broker/client/reader.go` checks the length alike.
    """
    fragment = file.fragment
    length = 0
    digest = hashlib.sha1(usedforsecurity=False)
    try:
        for chunk in chunks(file):
            length += len(chunk)
            digest.update(chunk)
    except Unreadable as error:
        return error.sentence
    if fragment is None or fragment.growing:
        return None
    if length != length_by_name(file):
        return f"holds {length} bytes where its name says {fragment.end - fragment.begin}"
    if digest.hexdigest() != fragment.sha1:
        return f"has checksum {digest.hexdigest()} where its name says {fragment.sha1}"
    return None


def length_by_name(file: SourceFile) -> int | None:
    """Give how many uncompressed bytes a fragment holds by its name; None of other files."""
    return file.fragment.end - file.fragment.begin if file.fragment else None


def wrong_size(file: SourceFile) -> str | None:
    """Compare the size of an uncompressed fragment with its name; None if they agree."""
    length = length_by_name(file)
    if length is None or file.codec is not Codec.NONE or file.size == length:
        return None
    return f"holds {file.size} bytes where its name says {length}"


def emptiness(file: SourceFile) -> str:
    """Say what is expected where a file has no bytes."""
    if file.format is not FileFormat.JSON:
        return f"is empty where {file.format} is expected"
    if file.codec in (Codec.NONE, Codec.UNKNOWN):
        return f"is empty where its name says {length_by_name(file)} bytes"
    return f"is empty where {file.codec} is expected"


def is_cut_zstd(file: SourceFile) -> bool:
    """Walk the blocks of a zstd file, unopened, and tell whether the last of them is missing.

    The engine takes a file that is cut short for whole. Source: RFC 8878, section 3.1.
    """
    with open(file.path, "rb") as stream:
        end = stream.seek(0, os.SEEK_END)
        at = 0
        while at < end:
            stream.seek(at)
            magic = stream.read(4)
            if magic[1:] == _SKIPPABLE and len(magic) == 4:  # noqa: PLR2004 - a magic number's length
                at += 8 + int.from_bytes(stream.read(4), "little")
            elif magic == _ZSTD_FRAME:
                at = _frame_end(stream, end)
            else:
                return len(magic) < 4 and _ZSTD_FRAME.startswith(magic)  # noqa: PLR2004 - as above
        return at > end


def _frame_end(stream: BinaryIO, end: int) -> int:
    """Give where a frame ends whose magic number was read; beyond the file if it is cut."""
    descriptor = int.from_bytes(stream.read(1), "little")
    single = descriptor >> 5 & 1
    size = (single, 2, 4, 8)[descriptor >> 6]
    stream.seek((1 - single) + (0, 1, 2, 4)[descriptor & 3] + size, os.SEEK_CUR)
    while True:
        header = stream.read(3)
        block = int.from_bytes(header, "little")
        length = 1 if block >> 1 & 3 == 1 else block >> 3
        at = stream.seek(length, os.SEEK_CUR)
        if at > end or not header:
            return end + 1
        if block & 1:
            return at + (4 if descriptor & 4 else 0)


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
    members = 0
    for piece in _small_pieces(file):
        rest = piece
        while rest:
            if decoder.eof:
                decoder, begun, members = start(), False, members + 1
            try:
                chunk = decoder.decompress(rest)
            except failure as error:
                raise Unreadable(_damage(codec, error, begun=begun, members=members)) from error
            begun = True
            rest = decoder.unused_data if decoder.eof else b""
            if chunk:
                yield chunk
    if not decoder.eof:
        cut = f"is a {codec} file that is cut short"
        raise Unreadable(cut if begun else f"is empty where {codec} is expected")


def _small_pieces(file: SourceFile) -> Iterator[bytes]:
    """Cut small what is decoded: a piece with an error in it gives nothing of what precedes it."""
    for chunk in _plain(file):
        for begin in range(0, len(chunk), _PIECE):
            yield chunk[begin : begin + _PIECE]


def _damage(codec: str, error: Exception, *, begun: bool, members: int) -> str:
    if not begun and members:
        return f"is a damaged {codec} file (something else stands behind its content)"
    if not begun and ("header check" in str(error) or "Unknown frame" in str(error)):
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
}
