"""What of a text that grows is whole: up to where its last line, or document, ends.

A line may come in two writes. What is begun is held until its end is there; one JSON object without
a line end behind it is whole, too, as nothing can stand behind it.
"""

from __future__ import annotations

import codecs
import json

from flowctl_ops.sources.content import LONGEST_LINE
from flowctl_ops.sources.files import Codec, FileFormat, SourceFile
from flowctl_ops.sources.shapes import Scanner, Shape


class Lines:
    """Gives whole lines of the bytes that it is fed, and holds the rest."""

    def __init__(self) -> None:
        self.rest = b""

    def feed(self, chunk: bytes) -> bytes:
        """Give what is whole by now: the lines that end in a chunk, what was held before them."""
        end = chunk.rfind(b"\n") + 1
        if not end:
            self.rest += chunk
            return self.end() if len(self.rest) > LONGEST_LINE else b""
        whole = self.rest + chunk[:end]
        self.rest = chunk[end:]
        return whole

    def settle(self) -> bytes:
        """Give what is held if it is a whole document, to which a line end alone may come."""
        return self.end() if is_document(self.rest) else b""

    def end(self) -> bytes:
        """Give what is held, as nothing comes behind it."""
        rest, self.rest = self.rest, b""
        return rest


class Rows(Lines):
    """Gives whole rows of CSV, in whose cells lines may end, behind the header of all of them."""

    def __init__(self, header: bytes = b"") -> None:
        super().__init__()
        self._header = header

    def feed(self, chunk: bytes) -> bytes:
        """Give the rows that end in a chunk, below the header."""
        text = self.rest + chunk
        end = row_end(text)
        whole, self.rest = text[:end], text[end:]
        if not self._header and whole:
            first = whole.find(b"\n") + 1
            while row_end(whole[:first]) < first:
                first = whole.find(b"\n", first) + 1
            self._header, whole = whole[:first], whole[first:]
        return self._header + whole if whole else b""

    def settle(self) -> bytes:
        """Hold a last row without its line end: nothing tells whether it goes on."""
        return b""

    def end(self) -> bytes:
        """Give a last row below the header."""
        rest = super().end()
        return self._header + rest if rest and self._header else rest


def row_end(text: bytes) -> int:
    """Give where the last row ends: at a line end outside of quotes."""
    end = len(text)
    while (end := text.rfind(b"\n", 0, end)) >= 0:
        if text.count(b'"', 0, end) % 2 == 0:
            return end + 1
    return 0


class Documents(Lines):
    """Gives documents that lie over several lines, or in an array, on a line each."""

    def __init__(self) -> None:
        super().__init__()
        self._scanner = Scanner(LONGEST_LINE)

    def feed(self, chunk: bytes) -> bytes:
        """Give the documents that end in a chunk."""
        return b"".join(line for line, _ in self._scanner.scan(chunk))

    def settle(self) -> bytes:
        """Hold what is begun: a whole document is never held."""
        return b""

    def end(self) -> bytes:
        """Give what was begun."""
        return b"".join(line for line, _ in self._scanner.rest())


class Marked(Lines):
    """Turns text behind a byte order mark into UTF-8."""

    def __init__(self, lines: Lines) -> None:
        super().__init__()
        self._lines = lines
        self._start = b""
        self._decoder: codecs.IncrementalDecoder | None = None

    def feed(self, chunk: bytes) -> bytes:
        """Give what is whole, in UTF-8, and marks before documents left out."""
        if self._decoder is None:
            self._start += chunk
            if len(self._start) < len(codecs.BOM_UTF8):
                return b""
            chunk, self._start = self._start, b""
            wide = chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
            self._decoder = codecs.getincrementaldecoder("utf-16" if wide else "utf-8")("replace")
        return self._without_marks(self._lines.feed(self._decoded(chunk)))

    def settle(self) -> bytes:
        """Give what is held if it is a whole document."""
        return self._without_marks(self._lines.settle())

    def end(self) -> bytes:
        """Give what is held."""
        return self._without_marks(self._start + self._lines.end())

    def _decoded(self, chunk: bytes) -> bytes:
        text = self._decoder.decode(chunk) if self._decoder else ""
        return text.replace("\ufeff{", "{").encode(errors="replace")

    @staticmethod
    def _without_marks(lines: bytes) -> bytes:
        return lines.replace(b"\n" + codecs.BOM_UTF8, b"\n").removeprefix(codecs.BOM_UTF8)


def cutter(file: SourceFile, header: bytes = b"") -> Lines:
    """Give what cuts the text of such a file; of a table read to some point, with its header."""
    if file.format is FileFormat.CSV:
        return Rows(header)
    lines = Documents() if file.shape is Shape.DOCUMENTS else Lines()
    return Marked(lines) if file.codec is Codec.MARKED else lines


def is_document(text: bytes) -> bool:
    """Tell whether a text is one whole JSON object."""
    if not text.rstrip().endswith(b"}"):
        return False
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False
