"""CSV as RFC 4180 has it, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import Any, BinaryIO

from flowctl_ops.result import Result

_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - full-width signs start a formula too


def write(result: Result, stream: BinaryIO) -> int:
    """Write a header and a row a line; text that a spreadsheet would run gets a `'` before it."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([column.name for column in result.columns])
    count = 0
    for batch in result.batches:
        count += len(batch)
        writer.writerows([[_harmless(value) for value in row] for row in batch])
        stream.write(buffer.getvalue().encode())
        buffer.seek(0)
        buffer.truncate()
    stream.write(buffer.getvalue().encode())
    return count


def _harmless(value: Any) -> Any:
    return "'" + value if isinstance(value, str) and value.startswith(_STARTS_FORMULA) else value
