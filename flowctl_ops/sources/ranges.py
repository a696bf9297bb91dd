"""Which bytes of a journal have been read."""

from __future__ import annotations

from bisect import bisect_right

Range = tuple[int, int]


class Ranges:
    """Offsets [begin, end) in a journal, apart from each other; what touches is one range."""

    def __init__(self) -> None:
        self._begins: list[int] = []
        self._ends: list[int] = []

    def add(self, begin: int, end: int) -> None:
        """Add a range to those that have been read."""
        if begin >= end:
            return
        first = bisect_right(self._begins, begin)
        if first and self._ends[first - 1] >= begin:
            first -= 1
            begin = self._begins[first]
        last = bisect_right(self._begins, end)
        if last > first:
            end = max(end, self._ends[last - 1])
        self._begins[first:last] = [begin]
        self._ends[first:last] = [end]

    def remove(self, begin: int, end: int) -> None:
        """Take a range out of those that have been read."""
        kept = [
            piece
            for low, high in zip(self._begins, self._ends, strict=True)
            for piece in ((low, min(high, begin)), (max(low, end), high))
            if piece[0] < piece[1]
        ]
        self._begins = [low for low, _ in kept]
        self._ends = [high for _, high in kept]

    def missing(self, begin: int, end: int) -> list[Range]:
        """Give the parts of a range that have not been read."""
        found: list[Range] = []
        at = max(bisect_right(self._begins, begin) - 1, 0)
        for low, high in zip(self._begins[at:], self._ends[at:], strict=True):
            if low >= end:
                break
            if begin < low:
                found.append((begin, low))
            begin = max(begin, high)
        if begin < end:
            found.append((begin, end))
        return found
