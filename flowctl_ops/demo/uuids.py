"""Document UUIDs as Flow's publishers make them: version 1, with producer and flags."""

from __future__ import annotations

from hashlib import sha1

OUTSIDE_TXN = 0
CONTINUE_TXN = 1
ACK_TXN = 2

UNIX_EPOCH_100NS = 122_192_928_000_000_000  # from 1582-10-15


class Producer:
    """One publishing process: hands out UUIDs whose clocks only rise."""

    def __init__(self, name: str, sequence: int = 0) -> None:
        node = bytearray(sha1(name.encode()).digest()[:6])  # noqa: S324 (a name, not a secret)
        node[0] |= 1  # the multicast bit marks a node that is no network card
        self.node = node.hex()
        self.clock = 0
        self._variant = 0x8000 | sequence << 10

    def tick(self, at_us: int) -> int:
        """Advance to Unix microseconds `at_us`, or by one if already there; give 100 ns ticks."""
        self.clock = max(self.clock + 10, at_us * 10 + UNIX_EPOCH_100NS)
        return self.clock

    def uuid(self, clock: int, flags: int) -> str:
        """Format ticks and flags. Source: Gazette message/uuid.go."""
        time = f"{clock & 0xFFFFFFFF:08x}-{clock >> 32 & 0xFFFF:04x}-1{clock >> 48:03x}"
        return f"{time}-{self._variant | flags:04x}-{self.node}"


def unix_us(clock: int) -> int:
    """Convert 100 ns ticks since 1582 to Unix microseconds, rounded down."""
    return (clock - UNIX_EPOCH_100NS) // 10
