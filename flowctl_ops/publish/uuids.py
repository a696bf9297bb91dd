"""Document UUIDs: who published, when, and what of a transaction it is.

Source: Gazette `message/uuid.go`; FORMATS §3.1. `demo/uuids.py` makes the same from a seed.
"""

from __future__ import annotations

import os
import time

OUTSIDE_TXN = 0  # committed by itself
CONTINUE_TXN = 1  # pending until an ACK of the same producer
ACK_TXN = 2  # commits what the producer published before it

_UNIX_EPOCH = 122_192_928_000_000_000  # in 100 ns since 1582-10-15
TICK = 10  # a microsecond, in 100 ns
_LOW = 0xFFFFFFFF
_VARIANT = 0x8000  # of RFC 4122; the counter behind it stays 0, as newer builds have it


class Producer:
    """One publishing handle: gives UUIDs whose clocks rise by whole microseconds.

    Not for several threads at once, nor for both sides of a fork: `renew` makes it another.
    """

    def __init__(self) -> None:
        self.clock = 0
        self.renew()

    def renew(self) -> None:
        """Become a producer that nobody has been; the clock goes on rising."""
        node = bytearray(os.urandom(6))
        node[0] |= 1  # the multicast bit: no network card's address
        self.node = node.hex()
        self._high = -1
        self._tail = ""

    def tick(self) -> int:
        """Advance to the present, or by a microsecond if already there; give 100 ns ticks."""
        now = time.time_ns() // 1000 * TICK + _UNIX_EPOCH
        self.clock = now if now > self.clock else self.clock + TICK
        return self.clock

    def uuid(self, clock: int, flags: int = OUTSIDE_TXN) -> str:
        """Write ticks and flags as a UUID."""
        high = clock >> 32 << 10 | flags
        if high != self._high:
            self._high = high
            self._tail = (
                f"-{clock >> 32 & 0xFFFF:04x}-1{clock >> 48:03x}-{_VARIANT | flags:04x}-{self.node}"
            )
        return f"{clock & _LOW:08x}{self._tail}"


def unix_ns(clock: int) -> int:
    """Convert 100 ns ticks since 1582 to ns since the Unix epoch."""
    return (clock - _UNIX_EPOCH) * 100
