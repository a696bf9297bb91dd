"""Tables for people: columns in line, numbers to the right, no wider than the screen."""

from __future__ import annotations

from typing import BinaryIO

from flowctl_ops.render import cells
from flowctl_ops.render.cells import Look
from flowctl_ops.result import Column, Result, Row
from flowctl_ops.terminal import visible
from flowctl_ops.vocabulary import Unit

_ALARMING = frozenset({"errors", "failures"})
_LEAST_BAR = 10
_PLAIN_BAR = 50


def write(result: Result, stream: BinaryIO, look: Look) -> int:
    """Write a header and a line a row; a narrow screen gets as many columns as it can show."""
    rows = list(result.rows())
    if not rows:
        return 0
    kept = [at for at, c in enumerate(result.columns) if c.label != "" or any(r[at] for r in rows)]
    columns = [result.columns[at] for at in kept]
    rows = [tuple(row[at] for at in kept) for row in rows]
    shown = [[visible(cells.text(v, c.unit, look)) for v, c in zip(row, columns, strict=True)] for row in rows]
    left_out = []
    while look.width and _width(columns, shown) > look.width:
        spare = max(columns, key=lambda column: column.spare)
        if not spare.spare:
            break
        at = columns.index(spare)
        left_out.append(_label(columns.pop(at)))
        rows = [(*row[:at], *row[at + 1 :]) for row in rows]
        shown = [[*line[:at], *line[at + 1 :]] for line in shown]
    _draw_bars(columns, rows, shown, look)
    widths = _widths(columns, shown)
    header = _line([_label(column) for column in columns], columns, widths)
    stream.write(f"{look.header}{header}{look.plain}\n".encode())
    for row, line in zip(rows, shown, strict=True):
        stream.write((_styled(row, line, columns, widths, look) + "\n").encode())
    if left_out:
        names = ", ".join(left_out)
        stream.write(f"{look.header}(no room for {names}; -o csv has all){look.plain}\n".encode())
    return len(rows)


def _label(column: Column) -> str:
    return column.name if column.label is None else column.label


def _widths(columns: list[Column], shown: list[list[str]]) -> list[int]:
    return [
        max(cell_width(_label(column)), *(cell_width(line[at]) for line in shown))
        for at, column in enumerate(columns)
    ]


def _width(columns: list[Column], shown: list[list[str]]) -> int:
    """Give the width of a table; a bar takes what is left, and asks for little."""
    widths = _widths(columns, shown)
    bars = sum(_LEAST_BAR for column in columns if column.unit is Unit.BAR)
    plain = sum(
        width for width, column in zip(widths, columns, strict=True) if column.unit is not Unit.BAR
    )
    return plain + bars + 2 * (len(columns) - 1)


def _draw_bars(
    columns: list[Column], rows: list[Row], shown: list[list[str]], look: Look
) -> None:
    for at, column in enumerate(columns):
        if column.unit is not Unit.BAR:
            continue
        most = max((row[at] for row in rows if row[at]), default=0)
        rest = _width(columns, shown) - _LEAST_BAR
        room = max((look.width or rest + _PLAIN_BAR) - rest - 1, _LEAST_BAR)
        for row, line in zip(rows, shown, strict=True):
            line[at] = _bar(row[at], most, room)


def _bar(value: int | None, most: int, room: int) -> str:
    """Draw a value to an eighth of a column; nothing at all where there is no data."""
    if value is None:
        return ""
    eighths = round(value / most * room * 8) if most else 0
    rest = "▏▎▍▌▋▊▉"[eighths % 8 - 1] if eighths % 8 else ""
    return "█" * (eighths // 8) + rest or "▏"


def _line(line: list[str], columns: list[Column], widths: list[int]) -> str:
    padded = [
        _padded(text, width, column)
        for text, width, column in zip(line, widths, columns, strict=True)
    ]
    return "  ".join(padded).rstrip()


def _padded(text: str, width: int, column: Column) -> str:
    room = " " * (width - cell_width(text))
    return room + text if cells.is_number(column.unit) else text + room


def _styled(
    row: Row, line: list[str], columns: list[Column], widths: list[int], look: Look
) -> str:
    parts = []
    for value, text, width, column in zip(row, line, widths, columns, strict=True):
        padded = _padded(text, width, column)
        if column.name in _ALARMING and value:
            padded = f"{look.alarm}{padded}{look.plain}"
        elif column.unit in {Unit.BAR, Unit.SHARES}:
            padded = f"{look.bar}{padded}{look.plain}"
        parts.append(padded)
    return "  ".join(parts).rstrip()


def cell_width(text: str) -> int:
    """Give how many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # noqa: PLC0415 - plain names do without

    return cell_len(text)
