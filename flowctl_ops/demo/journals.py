"""Journals on disk: appends cut into fragments whose names tell their offsets and content.

Source: FORMATS §1 and §2; Gazette broker/protocol/fragment_extensions.go, broker/fragment/spool.go.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha1
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

Entry = tuple[int, bytes, bool]
"""An append: Unix microseconds, the line, and whether a reader is to count it."""

MEMBER_BYTES = 1 << 18
GZIP_HEADER = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"  # no time, no name, no system
GZIP_LEVEL = 5


@dataclass(frozen=True)
class Fragment:
    """A run of appends from offset `begin` on; `opened_us` says when the first was applied."""

    begin: int
    opened_us: int
    entries: list[Entry] = field(repr=False)
    ext: str = ".gz"

    def part(self, since: int, until: int | None = None) -> Fragment:
        """Cut out some of its appends, by number."""
        begin = self.begin + sum(len(line) for _, line, _ in self.entries[:since])
        return Fragment(begin, self.entries[since][0], self.entries[since:until])


@dataclass
class Written:
    """What lies on disk; `documents` counts what a reader is to count, times are Unix µs."""

    files: int = 0
    file_bytes: int = 0
    documents: int = 0
    content_bytes: int = 0
    first_us: int = 1 << 62
    last_us: int = 0

    def count(self, entries: list[Entry]) -> None:
        """Take note of documents that a reader has not met yet."""
        times = [at_us for at_us, _, counts in entries if counts]
        self.documents += len(times)
        self.content_bytes += sum(len(line) for _, line, _ in entries)
        self.first_us = min([self.first_us, *times])
        self.last_us = max([self.last_us, *times])

    def add(self, other: Written) -> None:
        """Take in what else was written."""
        self.files += other.files
        self.file_bytes += other.file_bytes
        self.documents += other.documents
        self.content_bytes += other.content_bytes
        self.first_us = min(self.first_us, other.first_us)
        self.last_us = max(self.last_us, other.last_us)

    def store(self, path: Path, stored: bytes) -> None:
        """Write a file and its folders."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(stored)
        self.files += 1
        self.file_bytes += len(stored)


def fragments(entries: Iterable[Entry], flush_us: int) -> Iterator[Fragment]:
    """Cut appends where the clock passes a multiple of `flush_us` since the Unix epoch."""
    begin = 0
    for _, group in groupby(entries, lambda entry: entry[0] // flush_us):
        run = list(group)
        yield Fragment(begin, run[0][0], run)
        begin += sum(len(line) for _, line, _ in run)


def overlapping(found: Iterable[Fragment]) -> Iterator[Fragment]:
    """Add a contained fragment and an equal one, and let one begin before the last one's end."""
    previous = None
    for number, fragment in enumerate(found):
        if number == 4 and previous is not None:
            tail = previous.part(len(previous.entries) // 2)
            yield replace(tail, entries=tail.entries + fragment.entries)
        else:
            yield fragment
        if number == 2:
            yield fragment.part(0, (len(fragment.entries) + 1) // 2)
        if number == 6:
            hour_us = 3_600_000_000
            yield replace(fragment, opened_us=fragment.opened_us // hour_us * hour_us - 1)
        previous = fragment


def rare_codecs(found: Iterable[Fragment]) -> Iterator[Fragment]:
    """Store three of the fragments otherwise: zstd, plain, and gzip without an extension."""
    rare = {1: ".zst", 2: ".raw", 3: ""}
    for number, fragment in enumerate(found):
        yield replace(fragment, ext=rare.get(number, fragment.ext))


def with_hole(found: Iterable[Fragment]) -> Iterator[Fragment]:
    """Leave one out, as if a bucket's retention rule had deleted it."""
    return (fragment for number, fragment in enumerate(found) if number != 5)


def write_journal(root: Path, journal: str, found: Iterable[Fragment]) -> Written:
    """Store fragments below `root`, each in the folder of the hour in which it was opened."""
    written = Written()
    covered = 0
    for fragment in found:
        content = b"".join(line for _, line, _ in fragment.entries)
        end = fragment.begin + len(content)
        opened = datetime.fromtimestamp(fragment.opened_us // 1_000_000, UTC)
        name = f"{fragment.begin:016x}-{end:016x}-{_sha1(content)}{fragment.ext}"
        folder = root / journal / opened.strftime("utc_date=%Y-%m-%d/utc_hour=%H")
        written.store(folder / name, encode(content, fragment.ext))
        if end > covered:
            written.count(_uncovered(fragment, covered))
            covered = end
    return written


def _sha1(content: bytes) -> str:
    return sha1(content).hexdigest()  # noqa: S324 (what Gazette puts into the name)


def _uncovered(fragment: Fragment, covered: int) -> list[Entry]:
    skipped, offset = 0, fragment.begin
    while offset < covered:
        offset += len(fragment.entries[skipped][1])
        skipped += 1
    return fragment.entries[skipped:]


def encode(content: bytes, ext: str) -> bytes:
    """Compress as the extension says; none means gzip, as Flow's offloaded codec has it."""
    if ext == ".raw":
        return content
    if ext == ".zst":
        from flowctl_ops import zstd  # noqa: PLC0415 - one fragment needs it

        return zstd.compress(content)
    members = range(0, len(content), MEMBER_BYTES)
    return b"".join(_gzip_member(content[at : at + MEMBER_BYTES]) for at in members)


def _gzip_member(content: bytes) -> bytes:
    deflate = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    trailer = struct.pack("<II", zlib.crc32(content), len(content))
    return b"".join((GZIP_HEADER, deflate.compress(content), deflate.flush(), trailer))
