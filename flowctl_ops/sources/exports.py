"""Names of file materializations: `path/v<backfill>/<counter>.parquet`, highest backfill counts.

Source: connectors `filesink/filesink.go`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_FILE = re.compile(r"(?P<path>.*)/v(?P<backfill>\d{10})/\d{20}\.(?:parquet|csv|csv\.gz)", re.DOTALL)
# A date as `%Y %m %d %H %M %S %Z %z` may write it, over one folder or several, hive style too.
_DATE = re.compile(
    r"(?<!\d)(?:\w+=)?"
    r"(?:(?:19|20)\d\d(?:\d\d|\d{4}|\d{6}|\d{10})?(?!\d)|\d\d/\d\d/(?:19|20)\d\d(?!\d))"
    r"(?:(?:[-_T :]|/(?:\w+=)?)\d\d(?!\d))*(?:Z|UTC|[+-]\d{4})?(?!\d)"
)


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
    """Fold the dates that an S3 path may hold: one binding's files spread over them."""
    return _DATE.sub("%", path)
