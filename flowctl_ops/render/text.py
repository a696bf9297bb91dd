"""Text for people: lines that the query has laid out, or a table."""

from __future__ import annotations

from typing import BinaryIO

from flowctl_ops.render import report, table
from flowctl_ops.render.cells import PLAIN, Style
from flowctl_ops.result import Result
from flowctl_ops.vocabulary import Unit


def write(result: Result, stream: BinaryIO, style: Style = PLAIN) -> int:
    """Write lines as they are, anything else as a table; give the number of rows."""
    if [column.unit for column in result.columns] == [Unit.LINE]:
        return write_lines(result, stream)
    result = result.only(tuple(c for c in result.columns if c.unit is not Unit.LIST))
    if report.wants_report(result):
        return report.write(result, stream, style)
    return table.write(result, stream, style)


def write_lines(result: Result, stream: BinaryIO) -> int:
    """Write the one column of a result, texts that are whole lines."""
    count = 0
    for batch in result.batches:
        count += len(batch)
        if not batch:
            continue
        stream.write("\n".join([line for (line,) in batch]).encode() + b"\n")
    return count
