"""Fragment files: how the open one is called, and how one is closed.

Source: Gazette `broker/protocol/fragment_extensions.go`, `broker/fragment/spool.go`; FORMATS §1.

A closed fragment lies at `utc_date=…/utc_hour=…/<begin>-<end>-<sha1>.gz` of its journal, in the
folder of the hour of its first append. The open one lies in the journal's folder itself, plain, and
is called `<begin>-7fffffffffffffff-<forty zeros>.raw`: it may still reach any end, and a sum of
zeros is Gazette's sign for a fragment that is not closed.
"""

from __future__ import annotations

import os
import re
import time
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import get_ident

from flowctl_ops.publish import uuids
from flowctl_ops.publish.frozen import Frozen

ANY_END = 0x7FFFFFFFFFFFFFFF
_NO_SUM = "0" * 40
_OPEN = rf"([0-9a-f]{{16}})-{ANY_END:016x}-{_NO_SUM}\.raw"
_CLOSED = r"[0-9a-f]{16}-[0-9a-f]{16}-[0-9a-f]{40}(?:\.gz)?"
_UUID = rb'"uuid":"([0-9a-f]{8})-([0-9a-f]{4})-1([0-9a-f]{3})-'
_HEAD = 256
_CHUNK = 1 << 20
_GZIP = 31  # zlib's window bits for a gzip member
_LEVEL = 3  # twice as fast as 6, for a tenth more bytes


class OpenFragment(Frozen):
    """The file that a journal grows in: bytes from `begin` on."""

    __slots__ = ("begin", "path")
    path: Path
    begin: int

    def __init__(self, path: Path, begin: int) -> None:
        self._set(path=path, begin=begin)


def open_path(journal: Path, begin: int) -> Path:
    """Name the open fragment of a journal that begins at an offset."""
    return journal / f"{begin:016x}-{ANY_END:016x}-{_NO_SUM}.raw"


def open_fragments(journal: Path) -> list[OpenFragment]:
    """List a journal's open fragments by offset: one, or more where a closing was cut short."""
    found = [
        OpenFragment(journal / name, int(named[1], 16))
        for name in os.listdir(journal)
        if (named := re.fullmatch(_OPEN, name))
    ]
    return sorted(found, key=lambda fragment: fragment.begin)


def first_append(path: Path) -> float:
    """Tell by the first document's UUID when a fragment was begun, in s since the Unix epoch."""
    with path.open("rb") as stream:
        found = re.search(_UUID, stream.read(_HEAD))
    if found is None:
        return path.stat().st_mtime
    return uuids.unix_ns(int(found[3] + found[2] + found[1], 16)) / 1e9


def closed_names(journal: Path) -> Iterator[tuple[Path, str]]:
    """Give folder and name of every closed fragment of a journal."""
    for folder, _, names in os.walk(journal):
        for name in names:
            if re.fullmatch(_CLOSED, name):
                yield Path(folder), name


def close_or_remove(fragment: OpenFragment, before: float) -> None:
    """Close a full fragment, or remove its open file, if that is due since `before` some time.

    Whoever filled it is given until then to close it, and readers that have found the open file to
    open it.

    Raises:
        OSError: if that cannot be done.
    """
    size = fragment.path.stat().st_size
    span = f"{fragment.begin:016x}-{fragment.begin + size:016x}-*.gz"
    closed = next(_hour_folder(fragment).glob(span), None) if size else fragment.path
    if (closed or fragment.path).stat().st_mtime >= before:
        return
    if closed is None:
        _remove_drafts(fragment, before)
        close(fragment)
    else:
        fragment.path.unlink()


def _remove_drafts(fragment: OpenFragment, before: float) -> None:
    """Remove what killed publishers left of closing a fragment."""
    for draft in _hour_folder(fragment).glob(f".{fragment.begin:016x}.*"):
        if draft.stat().st_mtime < before:
            draft.unlink()


def _hour_folder(fragment: OpenFragment) -> Path:
    hour = time.gmtime(first_append(fragment.path))
    return fragment.path.parent / time.strftime("utc_date=%Y-%m-%d/utc_hour=%H", hour)


def close(fragment: OpenFragment) -> Path | None:
    """Write the closed file of an open fragment that nobody appends to any more.

    The open file stays for readers that have found it already. Gives None if it is empty.

    Raises:
        OSError: if the file cannot be written; then nothing of it is left.
    """
    from hashlib import sha1  # noqa: PLC0415 - few publishers live until a fragment is full

    folder = _hour_folder(fragment)
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{fragment.begin:016x}.{os.getpid()}.{get_ident()}"
    digest = sha1(usedforsecurity=False)
    deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    length = 0
    try:
        with fragment.path.open("rb") as source, draft.open("wb") as target:
            while chunk := source.read(_CHUNK):
                length += len(chunk)
                digest.update(chunk)
                target.write(deflate.compress(chunk))
            target.write(deflate.flush())
            target.flush()
            os.fsync(target.fileno())
        if not length:
            return None
        end = fragment.begin + length
        closed = folder / f"{fragment.begin:016x}-{end:016x}-{digest.hexdigest()}.gz"
        draft.rename(closed)
        sync_folder(folder)
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()
    return closed


def sync_folder(folder: Path) -> None:
    """Make the names in a folder last through a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
