"""Names of file materializations: `path/v<backfill>/<counter>.parquet`, highest backfill counts.

Source: connectors `filesink/filesink.go`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

_FILE = re.compile(r"(?P<path>.*)/v(?P<backfill>\d{10})/\d{20}\.(?:parquet|csv|csv\.gz)", re.DOTALL)
_YEAR = re.compile(r"(?:\w+=)?(?:19|20)\d\d(?:[-_]?\d\d){0,3}")
_PART_OF_DATE = re.compile(r"(?:\w+=)?\d\d")


@dataclass(frozen=True)
class Export:
    """The binding's path and the backfill counter that a file of an export belongs to."""

    path: str
    backfill: int


def export_of(path: str) -> Export | None:
    """Read the names that the file materializations give; None for any other name."""
    named = _FILE.fullmatch(path)
    return Export(_undated(named["path"]), int(named["backfill"])) if named else None


def _undated(path: str) -> str:
    """Fold the date folders that an S3 path may hold: one binding's files spread over them."""
    parts: list[str] = []
    in_date = False
    for part in PurePosixPath(path).parts:
        in_date = bool(_YEAR.fullmatch(part) or (in_date and _PART_OF_DATE.fullmatch(part)))
        parts.append("%" if in_date else part)
    return "/".join(parts)
