"""Times as Flow's writers print them."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache


def stamp(at_us: int, end: str = "Z") -> str:
    """Print Unix microseconds with six digits, and then `end`: more digits, or the zone."""
    seconds, fraction = divmod(at_us, 1_000_000)
    return f"{minute(seconds // 60)}:{seconds % 60:02}.{fraction:06}{end}"


@lru_cache(maxsize=1024)
def minute(minutes: int) -> str:
    """Print minutes since the Unix epoch, without seconds or zone."""
    return datetime.fromtimestamp(minutes * 60, UTC).strftime("%Y-%m-%dT%H:%M")
