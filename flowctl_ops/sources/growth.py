"""A file that may grow: what of it has been read, and what came behind that, as a piece.

A piece is a file of its own in a folder of ours: it stays as it is while it is read. A file goes on
where it has another name, if its inode and the bytes that were read of it are the same.
"""

from __future__ import annotations

import copy
import os
import re
from contextlib import suppress
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path

from flowctl_ops.sources import content, cut
from flowctl_ops.sources.describe import ROTATED
from flowctl_ops.sources.files import Codec, FileFormat, SourceFile
from flowctl_ops.sources.resting import PLAIN, as_it_is, is_whole
from flowctl_ops.sources.shapes import Shape

_CHUNK = 1 << 20
_PACKED = re.compile(r"\.(?:gz|zst|bz2|xz)$")
SAMPLE = 1024  # bytes at both ends of what was read, by which a file is known again


class Growth:
    """One file that is no fragment of a journal: read up to `offset`, and open for the rest."""

    def __init__(self, file: SourceFile, offset: int = 0) -> None:
        self.file = file
        self.offset = offset
        self.has_given = offset > 0
        self.text_read = 0  # of a compressed file that was damaged: so much need not be read again
        self.is_ahead = False  # a copy that is being made of a file that was read this far
        self.descriptor: int | None = os.open(file.path, os.O_RDONLY)
        status = os.fstat(self.descriptor)
        self.key = status.st_dev, status.st_ino
        self._cutter = cut.cutter(file, self._header() if offset else b"")
        self._lines = 0 if offset == 0 else None
        self._head = self._tail = b""
        self._remember()

    def goes_on_as(self, other: Growth) -> None:
        """Go on where another, which this is a copy of, was read to."""
        if not self.is_plain:
            self.text_read = other.offset - len(other._cutter.rest)
            return
        self._cutter = copy.copy(other._cutter)
        self._lines, self.offset = other._lines, other.offset
        self._head, self._tail = other._head, other._tail
        self.is_ahead, self.has_given = self.size < self.offset, True

    @property
    def size(self) -> int:
        """How long the file is by now; 0 if it was let go."""
        return 0 if self.descriptor is None else os.fstat(self.descriptor).st_size

    @property
    def is_plain(self) -> bool:
        """Tell whether it is text that grows by lines."""
        return self.file.codec in PLAIN and self.file.format is not FileFormat.PARQUET

    def begins_like(self, descriptor: int) -> bool:
        """Tell whether a file begins as what was read of this one."""
        return self.begins_with(os.pread(descriptor, SAMPLE, 0))

    def begins_with(self, text: bytes) -> bool:
        """Tell whether a text begins as what was read of this file."""
        length = min(self.offset, SAMPLE)
        return length <= len(text) and _digest(text[:length]) == self._head

    def is_same(self, descriptor: int) -> bool:
        """Tell whether a file holds what was read of this one, by its first and last bytes."""
        if os.fstat(descriptor).st_size < self.offset:
            return self.is_ahead and self.offset > 0
        begin = max(self.offset - SAMPLE, 0)
        tail = _digest(os.pread(descriptor, self.offset - begin, begin))
        return tail == self._tail and self.begins_like(descriptor)

    def reopen(self, file: SourceFile) -> None:
        """Read on where the file is called now."""
        self.close()
        self.file = replace(file, shape=self.file.shape, codec=self.file.codec)
        self.descriptor = os.open(file.path, os.O_RDONLY)

    def check(self) -> None:
        """Begin with it anew if it was cut off meanwhile."""
        if self.descriptor is not None and not self.is_same(self.descriptor):
            self._cutter, self._lines, self.has_given = cut.cutter(self.file), 0, False
            self.begin_again(0)

    def begin_again(self, text_read: int) -> None:
        """Read it from its beginning when it changes, but for so much text that was good of it."""
        self.offset, self.text_read = 0, text_read
        self._remember()

    def close(self) -> None:
        """Let go of the file: once it is gone, what was not read of it is lost."""
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None

    def piece(self, path: Path, *, last: bool = False) -> SourceFile | None:
        """Write what is whole of the rest to a path; None if nothing is.

        With `last` nothing will come behind it.
        """
        if self.descriptor is None or self.size <= self.offset:
            return None
        self.is_ahead = False
        found = self._text(path, last=last) if self.is_plain else self._packed(path, last=last)
        self.has_given |= found is not None or (not self.is_plain and self.offset > 0)
        return found

    def _text(self, path: Path, *, last: bool) -> SourceFile | None:
        before = self._lines_before()
        lines = size = 0
        with path.open("wb") as stream:
            while chunk := self._read(_CHUNK, self.offset):
                self.offset += len(chunk)
                whole = self._cutter.feed(chunk)
                size += stream.write(whole)
                lines += whole.count(b"\n")
            size += stream.write(self._cutter.end() if last else self._cutter.settle())
        self._remember()
        self._lines = before + lines
        if not size:
            path.unlink()
            return None
        return piece_of(self.file, path, size, before)

    def _packed(self, path: Path, *, last: bool) -> SourceFile | None:
        """Give the members that were added to a compressed file, or a whole table."""
        size = self.size
        if self.offset == 0:
            file = as_it_is(self.file)
            if not (last or is_whole(file)):
                return None
            self.offset = size
            self._remember()
            return inflated(file, path, self.text_read) if self.text_read else file
        with path.open("wb") as stream:
            at = self.offset
            while at < size and (chunk := self._read(min(_CHUNK, size - at), at)):
                at += stream.write(chunk)
        piece = replace(self.file, path=str(path), size=size - self.offset, piped=True)
        if not (last or is_whole(piece)):
            path.unlink()
            return None
        self.offset = size
        self._remember()
        return piece

    def _read(self, size: int, at: int) -> bytes:
        return b"" if self.descriptor is None else os.pread(self.descriptor, size, at)

    def _header(self) -> bytes:
        """Give the first row of a table, of any length up to a chunk."""
        if self.file.format is not FileFormat.CSV:
            return b""
        text = self._read(_CHUNK, 0)
        end = text.find(b"\n") + 1
        while end and cut.row_end(text[:end]) < end:
            end = text.find(b"\n", end) + 1
        return text[:end]

    def _lines_before(self) -> int:
        """Count the lines that were read, to name those that follow; once for each file."""
        if self._lines is None:
            self._lines = at = 0
            while at < self.offset and (chunk := self._read(min(_CHUNK, self.offset - at), at)):
                at += len(chunk)
                self._lines += chunk.count(b"\n")
        return self._lines

    def _remember(self) -> None:
        if self.descriptor is not None:
            begin = max(self.offset - SAMPLE, 0)
            self._head = _digest(self._read(min(self.offset, SAMPLE), 0))
            self._tail = _digest(self._read(self.offset - begin, begin))


def _digest(text: bytes) -> bytes:
    return blake2b(text, digest_size=16).digest()


def piece_of(file: SourceFile, path: Path, size: int, lines_before: int = 0) -> SourceFile:
    """Describe a piece of a text: whole lines in UTF-8, whatever the text was."""
    return replace(
        file,
        path=str(path),
        codec=Codec.NONE,
        shape=Shape.LINES if file.shape is Shape.DOCUMENTS else file.shape,
        size=size,
        identity=None,
        piped=True,
        lines_before=lines_before,
    )


def inflated(file: SourceFile, path: Path, skip: int, end: int | None = None) -> SourceFile | None:
    """Write a part of a file's text to a path; None if there is nothing of it."""
    at = size = 0
    with path.open("wb") as stream, suppress(content.Unreadable):
        for chunk in content.chunks(file):
            wanted = chunk[max(skip - at, 0) : None if end is None else max(end - at, 0)]
            size += stream.write(wanted)
            at += len(chunk)
    if not size:
        path.unlink()
        return None
    return piece_of(file, path, size)


def good_text(file: SourceFile) -> int:
    """Count the bytes of a damaged file up to the end of its last line that can be read."""
    good = at = 0
    try:
        for chunk in content.chunks(file):
            end = chunk.rfind(b"\n") + 1
            good = at + end if end else good
            at += len(chunk)
    except content.Unreadable:
        pass
    return good


def suffix_of(file: SourceFile) -> str:
    """Give what the name of a file's piece ends in, by which the engine knows its codec."""
    plain = ".jsonl" if file.format is FileFormat.JSON else f".{file.format}"
    return plain + {Codec.GZIP: ".gz", Codec.ZSTD: ".zst"}.get(file.codec, "")


def base_of(path: str) -> str:
    """Give the path that a file had before it was rotated or compressed."""
    folder, name = os.path.split(path)
    return os.path.join(folder, ROTATED.sub("", _PACKED.sub("", name)))


def unpacks_to(file: SourceFile, other: Growth) -> bool:
    """Tell whether a compressed file begins as what was read of another."""
    text = b""
    with suppress(content.Unreadable):
        for chunk in content.chunks(file):
            text += chunk
            if len(text) >= SAMPLE:
                break
    return other.begins_with(text)


def within(piece: SourceFile, begin: int) -> SourceFile:
    """Say where in its journal a piece of a fragment stands."""
    if piece.fragment is None:
        return piece
    end = begin + piece.size
    return replace(piece, fragment=replace(piece.fragment, begin=begin, end=end, growing=True))
