"""Tables for people: columns in line, numbers to the right, no wider than the screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, BinaryIO

from flowctl_ops.render import cells
from flowctl_ops.render.cells import Style
from flowctl_ops.result import Column, Result
from flowctl_ops.terminal import visible
from flowctl_ops.vocabulary import Unit

_ALARMING = frozenset({"errors", "failures"})
_LEAST_BAR = 10
_PLAIN_BAR = 50
_AT_ONCE = 1000


def write(result: Result, stream: BinaryIO, style: Style) -> int:
    """Write a header and a line a row; a narrow screen gets as many columns as it can show."""
    rows = list(result.rows())
    if not rows:
        return 0
    drawn = [
        _drawn(column, values, style)
        for column, values in zip(result.columns, zip(*rows, strict=True), strict=True)
    ]
    drawn = [column for column in drawn if column.label or any(column.values)]
    left_out = []
    while style.width and _width(drawn) > style.width:
        spare = max(drawn, key=lambda column: column.spare)
        if not spare.spare:
            break
        drawn.remove(spare)
        left_out.append(spare.label)
    drawn = [_with_bars(column, _width(drawn), style) for column in drawn]
    header = "  ".join(column.padded_label() for column in drawn).rstrip()
    stream.write(f"{style.header}{header}{style.plain}\n".encode())
    lines = zip(*(column.styled(style) for column in drawn), strict=True)
    while some := list(islice(lines, _AT_ONCE)):
        stream.write("".join(["  ".join(line).rstrip() + "\n" for line in some]).encode())
    if left_out:
        names = ", ".join(left_out)
        stream.write(f"{style.header}(no room for {names}; -o csv has all){style.plain}\n".encode())
    return len(rows)


@dataclass(eq=False)
class _Drawn:
    """A column as it is shown: the texts of its values, and how wide they are."""

    label: str
    unit: Unit
    spare: int
    alarming: bool
    values: Sequence[Any]
    texts: list[str]
    width: int

    def padded_label(self) -> str:
        """Give what stands above the column."""
        return next(iter(self._padded([self.label])))

    def styled(self, style: Style) -> Iterable[str]:
        """Give the texts, padded to the column's width and coloured."""
        padded = self._padded(self.texts)
        start = style.bar if self.unit in {Unit.BAR, Unit.SHARES} else ""
        if not start and not (self.alarming and style.alarm):
            return padded
        return (
            f"{begin}{text}{style.plain}"
            if (begin := style.alarm if self.alarming and value else start)
            else text
            for value, text in zip(self.values, padded, strict=True)
        )

    def _padded(self, texts: Sequence[str]) -> Iterable[str]:
        pad = str.rjust if cells.is_number(self.unit) else str.ljust
        if "".join(texts).isascii():
            return [pad(text, self.width) for text in texts]
        return [pad(text, self.width - cell_width(text) + len(text)) for text in texts]


def _drawn(column: Column, values: Sequence[Any], style: Style) -> _Drawn:
    label = visible(column.heading)
    texts = _visible(cells.texts(values, column.unit, style))
    width = max(cell_width(label), _widest(texts))
    if column.unit is Unit.BAR:
        texts, width = [], _LEAST_BAR
    alarming = column.name in _ALARMING
    return _Drawn(label, column.unit, column.spare, alarming, values, texts, width)


def _visible(texts: list[str]) -> list[str]:
    """Style at a whole column at once: hardly any holds what has to be shown as its code."""
    together = "".join(texts)
    return texts if visible(together) == together else list(map(visible, texts))


def _widest(texts: list[str]) -> int:
    return max(map(len if "".join(texts).isascii() else cell_width, texts), default=0)


def _width(drawn: Sequence[_Drawn]) -> int:
    return sum(column.width for column in drawn) + 2 * (len(drawn) - 1)


def _with_bars(column: _Drawn, width: int, style: Style) -> _Drawn:
    """Draw bars into the room that is left on the screen."""
    if column.unit is not Unit.BAR:
        return column
    room = max((style.width or width + _PLAIN_BAR) - width + column.width - 1, _LEAST_BAR)
    most = max((value for value in column.values if value), default=0)
    return replace(column, texts=[_bar(value, most, room) for value in column.values], width=room)


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
