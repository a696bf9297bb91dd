"""The text of a file, read in Python: to mend, to verify and to name bad lines."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import os
from collections.abc import Iterator
from typing import BinaryIO

from flowctl_ops.sources import members, shapes
from flowctl_ops.sources.files import Codec, FileFormat, SourceFile
from flowctl_ops.sources.inflate import Unreadable, chunks, os_reason
from flowctl_ops.sources.shapes import Shape

__all__ = [
    "LONGEST_LINE",
    "Lines",
    "Unreadable",
    "cells",
    "chunks",
    "damage",
    "emptiness",
    "is_cut_zstd",
    "length_by_name",
    "lines",
    "measured_lines",
    "mismatch",
    "readable",
    "wrong_size",
]

LONGEST_LINE = 16_777_216
_ZSTD_FRAME = b"\x28\xb5\x2f\xfd"
_SKIPPABLE = b"\x2a\x4d\x18"

Lines = Iterator[bytes]


def lines(file: SourceFile) -> Lines:
    """Give the lines of a file with their line ends, the last one perhaps without.

    Of lines that are too long for a document no more than their beginnings.

    Raises:
        Unreadable: as `chunks`.
    """
    return (line for line, _ in measured_lines(file))


def measured_lines(file: SourceFile) -> Iterator[tuple[bytes, int]]:
    """Give the lines as `lines` does, and how long each is."""
    if file.shape is Shape.DOCUMENTS:
        yield from shapes.documents(chunks(file), LONGEST_LINE)
        return
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
        raise Unreadable(os_reason(error)) from error
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
