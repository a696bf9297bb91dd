"""The members of a gzip file: how long they are by their own trailers, without inflating them.

Source: RFC 1952. Gazette's writer closes a member for every MiB or so.
"""

from __future__ import annotations

import mmap
import os

_MAGIC = b"\x1f\x8b\x08"
_SHORTEST = 18  # a header and a trailer
_SIZE = 4
_FLAGS = 3  # where they stand in a header
_REFUSED = 0b10011  # FTEXT, FHCRC, FCOMMENT


def tell_length(path: str, length: int) -> bool:
    """Tell whether the trailers of a gzip file add up to a length.

    If they do, it is so. If not, nothing is known: what looks like a header in the midst of a
    member is taken for one, and padding for a trailer.

    Raises:
        OSError: if the file cannot be read.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        size = os.fstat(descriptor).st_size
        if size < _SHORTEST:
            return False
        last = int.from_bytes(os.pread(descriptor, _SIZE, size - _SIZE), "little")
        if last == length:  # by far the most have one member
            return os.pread(descriptor, len(_MAGIC), 0) == _MAGIC
        with mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ) as data:
            return data[: len(_MAGIC)] == _MAGIC and _sum(data, last) == length % 2**32
    finally:
        os.close(descriptor)


def _sum(data: mmap.mmap, last: int) -> int:
    """Add to the length of the last member those that stand before each further header."""
    total = last
    at = data.find(_MAGIC, _SHORTEST)
    while at >= 0:
        total += int.from_bytes(data[at - _SIZE : at], "little")
        at = data.find(_MAGIC, at + 1)
    return total % 2**32


def is_odd(path: str) -> bool:
    """Tell whether the engine refuses a gzip file that is sound.

    It knows no comments, header checksums and text flags, and no padding.

    Raises:
        OSError: if the file cannot be read.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        size = os.fstat(descriptor).st_size
        start = os.pread(descriptor, _FLAGS + 1, 0)
        if size < _SHORTEST or start[: len(_MAGIC)] != _MAGIC:
            return False
        return bool(start[_FLAGS] & _REFUSED) or _is_padded(descriptor, size)
    finally:
        os.close(descriptor)


def _is_padded(descriptor: int, size: int) -> bool:
    """Tell whether a file ends in zeros: no trailer does, save that of an empty member."""
    return os.pread(descriptor, _SIZE, size - _SIZE) == bytes(_SIZE)
