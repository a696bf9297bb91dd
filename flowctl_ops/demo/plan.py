"""What to write, how much of it, and when it happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

START = datetime(2026, 10, 5, tzinfo=UTC)
START_US = int(START.timestamp()) * 1_000_000
SECOND_US = 1_000_000
HOUR_US = 3600 * SECOND_US
DAY_US = 24 * HOUR_US


@dataclass(frozen=True)
class DemoPlan:
    """The size and the seed of a data set; equal plans give equal bytes."""

    seed: int = 7
    tasks: int = 9
    days: float = 7
    rate: float = 30
    """Log lines of a task in an hour, on average over tasks and hours."""
    stats_every_s: int = 900
    """Seconds between transactions of a shard, and between its usage documents."""
    logs: bool = True
    stats: bool = True
    flush_hours: tuple[int, ...] = (1, 24, 24, 6, 24, 24, 24, 24, 24)
    """How long a journal fragment stays open; the tasks take them in turn."""
    oddities: bool = True
    """Overlaps, holes, retried appends, rare codecs, and documents off the schema."""
    exports: bool = True
    """Parquet files of two tasks, one of which is found nowhere else."""

    @property
    def end_us(self) -> int:
        """Unix microseconds; nothing begins at or after it."""
        return START_US + int(self.days * DAY_US)

    def flush_us(self, index: int) -> int:
        """How long a fragment of task number `index` stays open."""
        return self.flush_hours[index % len(self.flush_hours)] * HOUR_US
