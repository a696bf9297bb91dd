"""CSV as RFC 4180 has it, safe to open in a spreadsheet and to look at in a terminal."""

from __future__ import annotations

from typing import Any, BinaryIO

from flowctl_ops.render.cells import PLAIN, Style
from flowctl_ops.result import Result
from flowctl_ops.terminal import visible_lines
from flowctl_ops.vocabulary import Unit

_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def write(result: Result, stream: BinaryIO, style: Style = PLAIN) -> int:
    """Write a header and a row a line; text that a spreadsheet would run gets a `'` before it.

    Text is written as it is, but to a terminal what that would obey as codes.
    """
    drawn = {Unit.BAR, Unit.SHARES, Unit.LIST}
    result = result.only(tuple(c for c in result.columns if c.unit not in drawn))
    line = _shown_line if style.terminal else _line
    stream.write(line([column.name for column in result.columns]))
    count = 0
    for batch in result.batches:
        count += len(batch)
        stream.write(b"".join(map(line, batch)))
    return count


def _line(row: Any) -> bytes:
    return (",".join(map(_cell, row)) + "\n").encode()


def _shown_line(row: Any) -> bytes:
    return visible_lines(_line(row).decode()).encode()


def _cell(value: Any) -> str:
    """Quote what would end a cell; Python's writer leaves a lone carriage return as it is."""
    if value is None:
        return ""
    text = str(value)
    if isinstance(value, str) and text.startswith(_STARTS_FORMULA):
        text = "'" + text
    if text == "" or any(sign in text for sign in '",\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text
