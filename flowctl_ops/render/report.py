"""Answers for people: a table that never wraps, and below a row what else there is to say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

from flowctl_ops.render import cells
from flowctl_ops.render.cells import Style
from flowctl_ops.render.width import cell_width, elided, padded, wrapped
from flowctl_ops.result import Column, Result
from flowctl_ops.terminal import visible
from flowctl_ops.vocabulary import Unit

_GAP = "  "
_LEAST_TEXT = 12  # signs of a name that are kept however narrow a screen is
_ENOUGH_TEXT = 40  # for which other columns give way
_NOTE_LINES = 3
_SHORTER = (12, 8)  # how many signs a sparkline may come down to
_LOUD = frozenset({"failing", "stalled", "silent"})
_ALARMING = frozenset({"errors", "failures"})


def wants_report(result: Result) -> bool:
    """Tell whether an answer is more than a table."""
    return bool(result.above or result.below or result.then) or any(
        column.unit is Unit.NOTE for column in result.columns
    )


def write(result: Result, stream: BinaryIO, style: Style) -> int:
    """Write what stands above, the table, and what stands below; give the number of rows."""
    rows = list(result.rows())
    for line in result.above:
        _write(stream, style, visible(line), style.header)
    if rows:
        _write_table(result.columns, rows, stream, style)
    for line in result.below:
        _write(stream, style, visible(line), "")
    if result.then:
        stream.write(f"{visible(result.then)}\n".encode())
    return len(rows)


@dataclass(frozen=True)
class _Drawn:
    """A column as it is shown; `least` is how narrow it can become."""

    column: Column
    values: Sequence[Any]
    label: str
    texts: list[str]

    @property
    def width(self) -> int:
        return max(map(cell_width, [self.label, *self.texts]))

    @property
    def gives_way(self) -> bool:
        return self.column.unit in {Unit.TEXT, Unit.JSON} and self.width > _LEAST_TEXT

    def narrowed(self, width: int) -> _Drawn:
        texts = [elided(text, width, end=" " in text) for text in self.texts]
        return replace(self, label=elided(self.label, width), texts=texts)


def _write_table(
    columns: Sequence[Column], rows: Sequence[Sequence[Any]], stream: BinaryIO, style: Style
) -> None:
    values = dict(zip(columns, zip(*rows, strict=True), strict=True))
    notes = [(c.label or "", values[c]) for c in columns if c.unit is Unit.NOTE]
    drawn = [
        _drawn(column, values[column], style)
        for column in columns
        if column.unit is not Unit.NOTE
        and not (column.spare and all(value is None for value in values[column]))
    ]
    drawn = _fitted(drawn, style)
    _write(stream, style, _line(drawn, [column.label for column in drawn]), style.header)
    for at in range(len(rows)):
        texts = [column.texts[at] for column in drawn]
        styles = [_style(column.column, column.values[at], style) for column in drawn]
        stream.write((_line(drawn, texts, styles, style.plain) + "\n").encode())
        for label, said in notes:
            if said[at]:
                _write_note(label + _one_line(said[at]), stream, style, style.dim if label else "")


def _drawn(column: Column, values: Sequence[Any], style: Style) -> _Drawn:
    label = (column.name.replace("_", " ") if column.label is None else column.label).upper()
    texts = [_one_line(text) for text in cells.texts(values, column.unit, style)]
    if column.unit is Unit.STATE:
        texts = [text.upper() if text in _LOUD else text for text in texts]
    return _Drawn(column, values, visible(label), texts)


def _one_line(text: str) -> str:
    return visible(" ".join(text.split()) if "\n" in text or "\r" in text else text)


def _fitted(drawn: list[_Drawn], style: Style) -> list[_Drawn]:
    """Make a table fit the screen: shorter sparklines, fewer columns, then shorter names."""
    if not style.width:
        return drawn
    for most in _SHORTER:
        if _width(drawn) > style.width:
            drawn = [_shortened(column, most) for column in drawn]
    while _width(drawn) > style.width:
        names = max((d for d in drawn if d.gives_way), key=lambda d: d.width, default=None)
        spare = max(drawn, key=lambda column: column.column.spare)
        over = _width(drawn) - style.width
        if spare.column.spare and (names is None or names.width - over < _ENOUGH_TEXT):
            drawn.remove(spare)
            style.left_out.append(spare.label.lower())
        elif names is not None:
            narrowed = names.narrowed(max(names.width - over, _LEAST_TEXT))
            drawn = [narrowed if column is names else column for column in drawn]
        else:
            break
    return drawn


def _shortened(column: _Drawn, most: int) -> _Drawn:
    """Let a sparkline say the same of longer shares."""
    if column.column.unit is not Unit.SHARES:
        return column
    texts = [cells.text(_joined(value, most), Unit.SHARES) for value in column.values]
    return replace(column, texts=texts)


def _joined(shares: Sequence[int | None], most: int) -> list[int | None]:
    size = -(-len(shares) // most)
    groups = [shares[at : at + size] for at in range(0, len(shares), size)]
    said = [[share for share in group if share is not None] for group in groups]
    return [sum(group) if group else None for group in said]


def _width(drawn: Sequence[_Drawn]) -> int:
    return sum(column.width for column in drawn) + len(_GAP) * (len(drawn) - 1)


def _line(
    drawn: Sequence[_Drawn], texts: Sequence[str], styles: Sequence[str] = (), plain: str = ""
) -> str:
    line = []
    for at, (column, text) in enumerate(zip(drawn, texts, strict=True)):
        right = cells.is_number(column.column.unit)
        shown = padded(text, column.width, right=right)
        start = styles[at] if styles else ""
        line.append(f"{start}{shown}{plain}" if start else shown)
    return _GAP.join(line).rstrip()


def _style(column: Column, value: Any, style: Style) -> str:
    if column.unit is Unit.STATE:
        return style.states.get(value, "")
    if column.unit is Unit.SHARES:
        return style.bar
    return style.alarm if column.name in _ALARMING and value else ""


def _write_note(text: str, stream: BinaryIO, style: Style, start: str) -> None:
    """Write a line below a row: a few lines of it, where the screen is narrow."""
    lines = wrapped(text, max(style.width - 2 * len(_GAP), _LEAST_TEXT)) if style.width else [text]
    if len(lines) > _NOTE_LINES:
        lines = [*lines[: _NOTE_LINES - 1], lines[_NOTE_LINES - 1] + " …"]
    for number, line in enumerate(lines):
        _write(stream, style, (2 if number else 1) * _GAP + line, start)


def _write(stream: BinaryIO, style: Style, line: str, start: str) -> None:
    shown = elided(line, style.width, end=True) if style.width else line
    stream.write((f"{start}{shown}{style.plain}\n" if start and shown else shown + "\n").encode())
