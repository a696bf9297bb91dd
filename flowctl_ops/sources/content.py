"""The uncompressed bytes of a file, read in Python: to mend, to verify and to name bad lines.

The engine reads whole files faster; this is for the few that it cannot read, or not from their
beginning.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import os
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from flowctl_ops.errors import DataError
from flowctl_ops.sources import members
from flowctl_ops.sources.files import Codec, FileFormat, SourceFile

_CHUNK = 1 << 20
_PIECE = 64
LONGEST_LINE = 16_777_216
_ZSTD_FRAME = b"\x28\xb5\x2f\xfd"
_SKIPPABLE = b"\x2a\x4d\x18"

_NO_HEADER = ("header check", "Unknown frame", "Invalid data stream", "Input format not supported")

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
        raise Unreadable(_os_reason(error)) from error


def _os_reason(error: OSError) -> str:
    return f"cannot be read: {(error.strerror or str(error)).lower()}"


def lines(file: SourceFile) -> Lines:
    """Give the lines of a file with their line ends, the last one perhaps without.

    Of lines that are too long for a document no more than their beginnings.

    Raises:
        Unreadable: as `chunks`.
    """
    return (line for line, _ in measured_lines(file))


def measured_lines(file: SourceFile) -> Iterator[tuple[bytes, int]]:
    """Give the lines as `lines` does, and how long each is."""
    parts: list[bytes] = []
    length = 0
    for chunk in chunks(file):
        begin = 0
        while (end := chunk.find(b"\n", begin) + 1) > 0:
            length += end - begin
            parts.append(chunk[begin:end])
            yield b"".join(parts), length
            parts, length, begin = [], 0, end
        if length <= LONGEST_LINE and begin < len(chunk):
            parts.append(chunk[begin:])
        length += len(chunk) - begin
    if length:
        yield b"".join(parts), length


def cells(file: SourceFile) -> Iterator[list[str]]:
    """Give the rows of a CSV file, its line ends of any kind.

    Raises:
        Unreadable: as `chunks`.
        csv.Error: where the text is no CSV.
    """
    csv.field_size_limit(LONGEST_LINE)
    return csv.reader(_texts(file), strict=True)


def _texts(file: SourceFile) -> Iterator[str]:
    """Give the lines of a text, whatever ends them; bytes that are no UTF-8 are replaced."""
    decoder = io.IncrementalNewlineDecoder(
        codecs.getincrementaldecoder("utf-8-sig")("replace"), translate=True
    )
    rest = ""
    for chunk in chunks(file):
        *whole, rest = (rest + decoder.decode(chunk)).split("\n")
        for line in whole:
            yield line + "\n"
    rest += decoder.decode(b"", final=True)
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
    if fragment is None:
        return None
    if length != length_by_name(file):
        return f"holds {length} bytes where its name says {fragment.end - fragment.begin}"
    if digest.hexdigest() != fragment.sha1:
        return f"has checksum {digest.hexdigest()} where its name says {fragment.sha1}"
    return None


def length_by_name(file: SourceFile) -> int | None:
    """Give how many uncompressed bytes a fragment holds by its name; None of other files."""
    return file.fragment.end - file.fragment.begin if file.fragment else None


def readable(file: SourceFile) -> int:
    """Count the uncompressed bytes of a file that can be read."""
    length = 0
    try:
        for chunk in chunks(file):
            length += len(chunk)
    except Unreadable:
        pass
    return length


def damage(file: SourceFile) -> str | None:
    """Compare a fragment's length with its name without inflating it; None if they agree.

    A length that a file's bytes do not tell is counted. What the engine may take for whole is told
    here: a download that ended between two members, or between two blocks of zstd.

    Raises:
        Unreadable: if the bytes end in an error.
    """
    length = length_by_name(file)
    if length is None or file.size == 0 or file.codec is Codec.NONE:
        return wrong_size(file) if file.size else None
    try:
        if file.codec is Codec.ZSTD and is_cut_zstd(file):
            raise Unreadable("is a zstd file that is cut short")
        if file.codec is not Codec.GZIP or members.tell_length(file.path, length):
            return None
    except OSError as error:
        raise Unreadable(_os_reason(error)) from error
    counted = sum(map(len, chunks(file)))
    return None if counted == length else f"holds {counted} bytes where its name says {length}"


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
    return _pieces(file, _CHUNK)


def _marked(file: SourceFile) -> Iterator[bytes]:
    """Turn text behind a byte order mark into UTF-8, as PowerShell's `>` makes it."""
    decoder: codecs.IncrementalDecoder | None = None
    last = "\n"
    for data in _plain(file):
        if decoder is None:
            encoding = "utf-8" if data.startswith(codecs.BOM_UTF8) else "utf-16"
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
