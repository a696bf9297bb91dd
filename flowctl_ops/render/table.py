"""Tables for people: columns in line, numbers to the right, no wider than the screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, BinaryIO

from flowctl_ops.render import cells
from flowctl_ops.render.cells import Style
from flowctl_ops.result import Column, Result, Row
from flowctl_ops.terminal import visible
from flowctl_ops.vocabulary import Unit

_ALARMING = frozenset({"errors", "failures"})
_LEAST_BAR = 10
_PLAIN_BAR = 50
_AT_ONCE = 1000
MEASURED = 10_000  # rows that decide the widths of columns


def write(result: Result, stream: BinaryIO, style: Style) -> int:
    """Write a header and a line a row; a narrow screen gets as many columns as it can show.

    The first rows decide how wide columns are, and which are left out; the rest is not held, and
    what is wider there pushes what follows it. Bars are relative to the greatest, so all are held.
    """
    rows = result.rows()
    has_bars = any(column.unit is Unit.BAR for column in result.columns)
    first = list(rows if has_bars else islice(rows, MEASURED))
    if not first:
        return 0
    parts, left_out = _fitting(result, first, style)
    header = "  ".join(part.column.heading() for part in parts).rstrip()
    stream.write(f"{style.header}{header}{style.plain}\n".encode())
    count = len(first)
    _write_lines(parts, stream, style)
    while some := list(islice(rows, _AT_ONCE)):
        count += len(some)
        columns = tuple(zip(*some, strict=True))
        _write_lines([part.column.part(columns, style) for part in parts], stream, style)
    if left_out:
        names = ", ".join(left_out)
        stream.write(f"{style.header}(no room for {names}; -o csv has all){style.plain}\n".encode())
    return count


@dataclass(frozen=True)
class _Shown:
    """A column as it is shown: where in a row it stands, and how wide it is."""

    at: int
    label: str
    unit: Unit
    spare: int
    alarming: bool
    width: int

    def heading(self) -> str:
        """Give what stands above the column."""
        return next(iter(self.padded([self.label])))

    def padded(self, texts: Sequence[str]) -> Iterable[str]:
        """Bring texts to the column's width; wider ones stay as they are."""
        pad = str.rjust if cells.is_number(self.unit) else str.ljust
        if "".join(texts).isascii():
            return [pad(text, self.width) for text in texts]
        return [pad(text, self.width - cell_width(text) + len(text)) for text in texts]

    def part(self, columns: Sequence[Sequence[Any]], style: Style) -> _Part:
        """Give what some rows, turned into columns, have here."""
        values = columns[self.at]
        return _Part(self, values, _visible(cells.texts(values, self.unit, style)))


@dataclass(frozen=True, eq=False)
class _Part:
    """A column of some rows: the values, and their texts."""

    column: _Shown
    values: Sequence[Any]
    texts: list[str]

    def styled(self, style: Style) -> Iterable[str]:
        """Give the texts, padded to the column's width and coloured."""
        padded, alarming = self.column.padded(self.texts), self.column.alarming
        start = style.bar if self.column.unit in {Unit.BAR, Unit.SHARES} else ""
        if not start and not (alarming and style.alarm):
            return padded
        return (
            f"{begin}{text}{style.plain}"
            if (begin := style.alarm if alarming and value else start)
            else text
            for value, text in zip(self.values, padded, strict=True)
        )


def _write_lines(parts: Sequence[_Part], stream: BinaryIO, style: Style) -> None:
    lines = zip(*(part.styled(style) for part in parts), strict=True)
    while some := list(islice(lines, _AT_ONCE)):
        stream.write("".join(["  ".join(line).rstrip() + "\n" for line in some]).encode())


def _fitting(
    result: Result, first: Sequence[Row], style: Style
) -> tuple[list[_Part], Sequence[str]]:
    """Give the columns that the screen has room for, and the headings of the others."""
    columns = tuple(zip(*first, strict=True))
    parts = [_part(at, column, columns, style) for at, column in enumerate(result.columns)]
    parts = [part for part in parts if part.column.label or any(part.values)]
    left_out = []
    while style.width and _width(parts) > style.width:
        spare = max(parts, key=lambda part: part.column.spare)
        if not spare.column.spare:
            break
        parts.remove(spare)
        left_out.append(spare.column.label)
    return [_with_bars(part, _width(parts), style) for part in parts], left_out


def _part(at: int, column: Column, columns: Sequence[Sequence[Any]], style: Style) -> _Part:
    label, alarming = visible(column.heading), column.name in _ALARMING
    shown = _Shown(at, label, column.unit, column.spare, alarming, _LEAST_BAR)
    if column.unit is Unit.BAR:
        return _Part(shown, columns[at], [])
    part = shown.part(columns, style)
    return replace(part, column=replace(shown, width=max(cell_width(label), _widest(part.texts))))


def _visible(texts: list[str]) -> list[str]:
    """Look at a whole column at once: hardly any holds what has to be shown as its code."""
    together = "".join(texts)
    return texts if visible(together) == together else list(map(visible, texts))


def _widest(texts: list[str]) -> int:
    return max(map(len if "".join(texts).isascii() else cell_width, texts), default=0)


def _width(parts: Sequence[_Part]) -> int:
    return sum(part.column.width for part in parts) + 2 * (len(parts) - 1)


def _with_bars(part: _Part, width: int, style: Style) -> _Part:
    """Draw bars into the room that is left on the screen."""
    if part.column.unit is not Unit.BAR:
        return part
    room = max((style.width or width + _PLAIN_BAR) - width + part.column.width - 1, _LEAST_BAR)
    most = max((value for value in part.values if value), default=0)
    texts = [_bar(value, most, room) for value in part.values]
    return _Part(replace(part.column, width=room), part.values, texts)


def _bar(value: int | None, most: int, room: int) -> str:
    """Draw a value to an eighth of a column; nothing at all where there is no data."""
    if value is None:
        return ""
    eighths = round(value / most * room * 8) if most else 0
    rest = "▏▎▍▌▋▊▉"[eighths % 8 - 1] if eighths % 8 else ""
    return "█" * (eighths // 8) + rest or "▏"


def cell_width(text: str) -> int:
    """Give how many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # noqa: PLC0415 - plain names do without

    return cell_len(text)
