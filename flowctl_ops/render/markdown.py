"""Markdown: a table to paste into an issue or a report."""

from __future__ import annotations

import re
from typing import Any, BinaryIO

from flowctl_ops.render import cells
from flowctl_ops.render.cells import PLAIN, Style
from flowctl_ops.result import Column, Result
from flowctl_ops.terminal import visible
from flowctl_ops.vocabulary import Unit

_SPECIAL = re.compile(r"([\\`*_{}\[\]|~#$])")  # with `$`, GitHub begins mathematics


def write(result: Result, stream: BinaryIO, style: Style = PLAIN) -> int:
    """Write a table with a header; what Markdown or HTML would read as a sign is escaped.

    It shows what text shows, under the same headers; times are whole; bars and lists are left out.
    """
    drawn = {Unit.BAR, Unit.LIST}
    result = result.only(tuple(c for c in result.columns if c.unit not in drawn))
    _write_row(stream, [_heading(column) for column in result.columns])
    _write_row(stream, ["---"] * len(result.columns), plain=True)
    count = 0
    units = [column.unit for column in result.columns]
    for row in result.rows():
        count += 1
        _write_row(
            stream,
            [
                value if value is None or unit is Unit.TIME else cells.text(value, unit, style)
                for value, unit in zip(row, units, strict=True)
            ],
        )
    return count


def _heading(column: Column) -> str:
    return column.name if column.unit is Unit.NOTE else column.heading


def _write_row(stream: BinaryIO, row: Any, *, plain: bool = False) -> None:
    cells = " | ".join(row if plain else map(_cell, row))
    stream.write(f"| {cells} |\n".encode())


def _cell(value: Any) -> str:
    if value is None:
        return ""
    lines = [visible(line) for line in str(value).splitlines()]
    return "<br>".join(_SPECIAL.sub(r"\\\1", _without_tags(line)) for line in lines)


def _without_tags(line: str) -> str:
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
