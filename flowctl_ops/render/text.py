"""Text for people: lines that the query has laid out, or a table."""

from __future__ import annotations

from typing import BinaryIO

from flowctl_ops.render import table
from flowctl_ops.render.cells import PLAIN, Style
from flowctl_ops.render.width import elided, wrapped
from flowctl_ops.result import Result
from flowctl_ops.terminal import visible
from flowctl_ops.vocabulary import Unit


def write(result: Result, stream: BinaryIO, style: Style = PLAIN) -> int:
    """Write lines as they are, anything else as a table, and what people read above and below it.

    Gives the number of rows.
    """
    if [column.unit for column in result.columns] == [Unit.LINE]:
        return write_lines(result, stream)
    result = result.only(tuple(c for c in result.columns if c.unit is not Unit.LIST))
    for line in result.above:
        _write_line(stream, style, line, style.header)
    count = table.write(result, stream, style)
    for line in result.below:
        _write_line(stream, style, line, "")
    if result.then:
        stream.write(f"{visible(result.then)}\n".encode())
    return count


def _write_line(stream: BinaryIO, style: Style, line: str, start: str) -> None:
    for shown in _fitted(visible(line), style.room):
        text = f"{start}{shown}{style.plain}\n" if start and shown else f"{shown}\n"
        stream.write(text.encode())


def _fitted(line: str, room: int | None) -> list[str]:
    """Make a line fit the screen: a sentence is wrapped, what is laid out below a title is cut."""
    if not room:
        return [line]
    return [elided(line, room, end=True)] if line.startswith(" ") else wrapped(line, room)


def write_lines(result: Result, stream: BinaryIO) -> int:
    """Write the one column of a result, texts that are whole lines."""
    count = 0
    for batch in result.batches:
        count += len(batch)
        if not batch:
            continue
        stream.write("\n".join([line for (line,) in batch]).encode() + b"\n")
    return count
