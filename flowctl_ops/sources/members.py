"""The members of a gzip file: how long they are by their own trailers, without inflating them.

Source: RFC 1952. Gazette's writer closes a member for every MiB or so.
"""

from __future__ import annotations

import mmap
import os

_MAGIC = b"\x1f\x8b\x08"
_SHORTEST = 18  # a header and a trailer
_SIZE = 4


def told_length(path: str) -> int | None:
    """Add up the lengths that the trailers tell, modulo 2 ** 32; None if the file is no gzip.

    What looks like a header in the midst of a member is taken for one, which makes a sum that is
    right a proof of the length, and no other a disproof.

    Raises:
        OSError: if the file cannot be read.
    """
    with open(path, "rb") as stream:
        if os.fstat(stream.fileno()).st_size < _SHORTEST:
            return None
        with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
            if data[: len(_MAGIC)] != _MAGIC:
                return None
            total = int.from_bytes(data[-_SIZE:], "little")
            at = data.find(_MAGIC, _SHORTEST)
            while at >= 0:
                total += int.from_bytes(data[at - _SIZE : at], "little")
                at = data.find(_MAGIC, at + 1)
            return total % 2**32
