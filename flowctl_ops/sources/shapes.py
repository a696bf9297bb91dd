"""How documents lie in a text: one a line as they should, or as tools lay them out.

Arrays, documents over several lines and behind one another, and lines with a prefix of `kubectl` or
`docker compose` are read where the beginning of a file says so. The text of a document stays as it
is, save for line ends between its tokens.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from enum import StrEnum

SAMPLE = 4096


class Shape(StrEnum):
    """How the documents of a file lie in its text."""

    LINES = "lines"
    DOCUMENTS = "documents"  # in arrays, over several lines, or behind one another
    PREFIXED = "prefixed lines"
    RAW = "a connector's own lines"


_PREFIX = re.compile(
    rb"(?:\x1b\[[\d;]*m)*(?:\[pod/[^\]\n]{1,300}\] +|[\w.-]{1,100} +\| +)?(?:\x1b\[[\d;]*m)*"
    rb"(?:\d{4}-\d\d-\d\dT[\d:.]{8,20}(?:Z|[+-]\d\d:\d\d) +)?(?:std(?:out|err) [FP] +)?(?=\{)"
)
_ARRAY = re.compile(rb"\[\s*(?:[{\]]|$)")
_LAID_OUT = re.compile(rb"\{[ \t\r]*\n")
_OUTSIDE = re.compile(rb'["{}\[\]]')
_INSIDE = re.compile(rb'["\\]')
_COLUMN = re.compile(rb'"(?:catalog_name|shard[/_]name|shard[/_]key_?begin)"\s*:', re.IGNORECASE)
_JUNK = re.compile(rb"[^\s,\[\]]")


def shape_of(start: bytes) -> Shape:
    """Tell the shape of a text by its first bytes."""
    start = start.lstrip()
    line, end, _ = start.partition(b"\n")
    if _ARRAY.match(start) or _LAID_OUT.match(start):
        return Shape.DOCUMENTS
    if not start.startswith(b"{"):
        prefix = _PREFIX.match(start)
        return Shape.PREFIXED if prefix and prefix.end() else Shape.LINES
    if b"}" in line and _follows_another(line):
        return Shape.DOCUMENTS
    return Shape.RAW if end and is_raw(line) else Shape.LINES


def _follows_another(line: bytes) -> bool:
    found = list(documents([line], 2 * SAMPLE))
    return len(found) > 1 and found[1][0].startswith(b"{") and line.startswith(found[0][0][:-1])


def without_prefix(line: bytes) -> bytes:
    """Take off what a tool wrote before the document of a line."""
    prefix = _PREFIX.match(line)
    return line[prefix.end() :] if prefix else line


def is_raw(line: bytes) -> bool:
    """Tell whether a line is one that a connector writes, before Flow makes a document of it."""
    if b'"msg"' not in line or b'"_meta"' in line:
        return False
    try:
        document = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return (
        isinstance(document, dict)
        and "msg" in document
        and "message" not in document
        and not isinstance(document.get("shard"), dict)
    )


def are_rows(start: bytes, shape: Shape) -> bool:
    """Tell whether the first object of a text is a row of a table: documents have no such names."""
    if not _COLUMN.search(start):
        return False
    chunk = start if shape is Shape.DOCUMENTS else start.lstrip().partition(b"\n")[0]
    first = next(documents([chunk], 2 * SAMPLE), (b"", 0))[0]
    try:
        row = json.loads(first)
    except (ValueError, RecursionError):
        return False
    return isinstance(row, dict) and not {"shard", "catalogName", "_meta"} & row.keys()


def documents(chunks: Iterable[bytes], longest: int) -> Iterator[tuple[bytes, int]]:
    """Give the objects of a text on a line each, with their lengths; what else stands there, too.

    Of objects that are longer than `longest` no more than their beginnings.
    """
    scanner = Scanner(longest)
    for chunk in chunks:
        yield from scanner.scan(chunk)
    yield from scanner.rest()


class Scanner:
    """Finds where objects begin and end, chunk by chunk."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._depth = 0
        self._in_string = False
        self._escaped = False
        self._parts: list[bytes] = []
        self._length = 0

    def scan(self, chunk: bytes) -> Iterator[tuple[bytes, int]]:
        """Give the objects that end in a chunk."""
        at = int(self._escaped)
        begin = 0
        self._escaped = False
        while at < len(chunk):
            if self._in_string:
                at = self._behind_string(chunk, at)
                continue
            found = _OUTSIDE.search(chunk, at)
            if found is None:
                break
            at = found.end()
            if self._depth == 0 and found[0] == b"{":
                yield from self._junk(chunk[begin : found.start()])
                begin = found.start()
            if self._steps(found[0]):
                self._keep(chunk[begin:at])
                begin = at
                yield self._line()
        if self._depth:
            self._keep(chunk[begin:])
        else:
            yield from self._junk(chunk[begin:])

    def _behind_string(self, chunk: bytes, at: int) -> int:
        """Give where a string ends that was begun; the end of the chunk if it goes on."""
        while found := _INSIDE.search(chunk, at):
            at = found.end()
            if found[0] == b'"':
                self._in_string = False
                return at
            self._escaped = at == len(chunk)
            at += 1
        return len(chunk)

    def _steps(self, sign: bytes) -> bool:
        """Follow a sign outside of strings; tell whether it ends an object."""
        if sign == b'"':
            self._in_string = self._depth > 0
        elif sign == b"{" or (sign == b"[" and self._depth):
            self._depth += 1
        elif sign != b"[" and self._depth:
            self._depth -= 1
            return self._depth == 0
        return False

    def rest(self) -> Iterator[tuple[bytes, int]]:
        """Give what was begun and never ended."""
        if self._length:
            yield self._line()

    def _keep(self, part: bytes) -> None:
        if self._length <= self._longest:
            self._parts.append(part)
        self._length += len(part)

    def _junk(self, text: bytes) -> Iterator[tuple[bytes, int]]:
        if _JUNK.search(text):
            self._keep(text.strip())
            yield self._line()

    def _line(self) -> tuple[bytes, int]:
        line = b"".join(self._parts).replace(b"\r", b" ").replace(b"\n", b" ") + b"\n"
        length = self._length
        self._parts, self._length = [], 0
        return line, length
