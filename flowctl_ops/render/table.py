"""Tables for people: columns in line, numbers to the right, no wider than the screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, BinaryIO

from flowctl_ops.render import cells, fit
from flowctl_ops.render.cells import Style
from flowctl_ops.render.column import GAP, Part, Shown
from flowctl_ops.render.width import elided, wrapped
from flowctl_ops.result import Column, Result
from flowctl_ops.terminal import visible, without_colors
from flowctl_ops.vocabulary import Unit

_AT_ONCE = 1000
_LONG_ERROR = 40  # signs of an error that still stand in a column
_ERROR_LINES = 12  # of an error, below its row
_INDENT = "    "
_NOTE_LINES = 3  # of a note, below its row
MEASURED = 10_000  # rows that decide the widths of columns


def write(result: Result, stream: BinaryIO, style: Style) -> int:
    """Write what all rows share, a header and a line a row; no line is wider than the screen.

    The first rows decide how wide columns are, what is shared, and which columns are left out,
    whose names go to `style.left_out`; the rest is not held. A long error stands below its row, and
    so do notes. Bars are relative to the greatest, so all are held.
    """
    rows = result.rows()
    has_bars = any(column.unit is Unit.BAR for column in result.columns)
    first = list(rows if has_bars else islice(rows, MEASURED))
    if not first:
        return 0
    columns = tuple(zip(*first, strict=True))
    notes = [Shown.of(at, c) for at, c in enumerate(result.columns) if c.unit is Unit.NOTE]
    parts = [
        _part(at, column, columns, style)
        for at, column in enumerate(result.columns)
        if column.unit is not Unit.NOTE and not (notes and _says_nothing(column, columns[at]))
    ]
    parts = [part for part in parts if part.shown.label or any(part.values)]
    below = next((part.shown for part in parts if _stands_below(part)), None)
    gap = next((part.shown for part in parts if not part.shown.label), None)
    parts = [part for part in parts if part.shown not in (below, gap)]
    is_whole = has_bars or len(first) < MEASURED
    gaps = columns[gap.at] if gap else ()
    dear = {"dear": 0} if notes else {}  # a task's name says more than any other column
    table = fit.fitted(parts, style, is_whole=is_whole, gaps=gaps, **dear)
    writer = _Writer(stream, style, table.parts, below, gap, notes=notes)
    writer.head(table.caption)
    writer.rows(columns, [part.texts for part in table.parts])
    count = len(first)
    while some := list(islice(rows, _AT_ONCE)):
        count += len(some)
        writer.rows(tuple(zip(*some, strict=True)))
    style.left_out.extend(table.left_out)
    return count


class _Writer:
    """Writes rows, turned into columns, by columns that are decided."""

    def __init__(
        self,
        stream: BinaryIO,
        style: Style,
        parts: Sequence[Part],
        below: Shown | None,
        gap: Shown | None,
        *,
        notes: Sequence[Shown],
    ) -> None:
        self._stream, self._style, self._notes = stream, style, notes
        self._columns = [part.shown for part in parts]
        self._below, self._gap = below, gap

    def head(self, caption: Sequence[str]) -> None:
        """Write what stands above the rows."""
        said = wrapped("; ".join(caption), self._style.room or MEASURED) if caption else []
        self._style.head.append(len(said) + 1)
        self._put("".join(line + "\n" for line in said))
        header = GAP.join(column.heading() for column in self._columns).rstrip()
        if not self._columns and self._below is not None:
            header = self._below.label
        header = header.upper() if self._notes else header
        self._put(f"{self._style.header}{header}{self._style.plain}\n")

    def rows(
        self, columns: Sequence[Sequence[Any]], texts: Sequence[list[str]] | None = None
    ) -> None:
        """Write some rows; their texts may be known already."""
        texts = texts or [each.texts(columns[each.at], self._style) for each in self._columns]
        styled = [
            each.styled(columns[each.at], shown, self._style)
            for each, shown in zip(self._columns, texts, strict=True)
        ]
        lines: Iterable[str]
        lines = (GAP.join(line).rstrip() + "\n" for line in zip(*styled, strict=True))
        if self._gap is not None:
            lines = self._with_gaps(lines, columns[self._gap.at], texts)
        if self._below is not None:
            lines = self._with_errors(lines, columns[self._below.at])
        if self._notes:
            lines = self._with_notes(lines, [columns[note.at] for note in self._notes])
        while some := list(islice(lines, _AT_ONCE)):
            self._put("".join(some))

    def _with_gaps(
        self, lines: Iterable[str], gaps: Sequence[str | None], texts: Sequence[list[str]]
    ) -> Iterable[str]:
        """Let a row of no counts say what it stands for in their stead."""
        named = [at for at, each in enumerate(self._columns) if not cells.is_number(each.unit)]
        for row, (line, gap) in enumerate(zip(lines, gaps, strict=True)):
            if gap is None:
                yield line
                continue
            begin = [next(iter(self._columns[at].padded([texts[at][row]]))) for at in named]
            shown = GAP.join([*begin, f"({visible(gap)})"])
            yield (elided(shown, self._style.room, end=True) if self._style.room else shown) + "\n"

    def _with_errors(self, lines: Iterable[str], errors: Sequence[str | None]) -> Iterable[str]:
        """Let the error of each row follow it, on lines of its own."""
        rows = lines if self._columns else [""] * len(errors)
        for line, error in zip(rows, errors, strict=True):
            yield line
            if error is not None:
                yield from (f"{_INDENT}{text}\n" for text in _error_lines(str(error), self._style))

    def _with_notes(
        self, lines: Iterable[str], notes: Sequence[Sequence[str | None]]
    ) -> Iterable[str]:
        """Let what else there is to say of a row follow it, indented; a few lines of each note."""
        for at, line in enumerate(lines):
            yield line
            for note, said in zip(self._notes, notes, strict=True):
                if (text := said[at]) is not None:
                    start = self._style.dim if note.label else ""
                    for shown in _note_lines(note.label + text, self._style.room):
                        yield f"{start}{shown}{self._style.plain if start else ''}\n"

    def _put(self, text: str) -> None:
        self._stream.write(text.encode())


def _stands_below(part: Part) -> bool:
    """Tell whether an error is too long for a column."""
    return part.shown.name == "error" and any(
        len(value) > _LONG_ERROR or "\n" in value for value in part.values if isinstance(value, str)
    )


def _error_lines(error: str, style: Style) -> list[str]:
    """Break an error into lines of the screen; of many, a few, unless all is wanted."""
    texts = without_colors(error).splitlines()
    lines = [visible(text.rstrip()) for text in texts if text.strip()]
    if style.wide:
        return lines
    if style.width:
        room = max(style.width - len(_INDENT), len(_INDENT))
        lines = [part for line in lines for part in wrapped(line[: room * _ERROR_LINES], room)]
    more = len(lines) - _ERROR_LINES
    if more <= 0:
        return lines
    said = (
        f"… {more} more line{'' if more == 1 else 's'}, --wide has {'it' if more == 1 else 'them'}"
    )
    return [*lines[:_ERROR_LINES], said]


def _note_lines(text: str, room: int | None) -> list[str]:
    shown = visible(" ".join(text.split()) if "\n" in text or "\r" in text else text)
    lines = wrapped(shown, max(room - 2 * len(GAP), len(_INDENT))) if room else [shown]
    if len(lines) > _NOTE_LINES:
        lines = [*lines[: _NOTE_LINES - 1], lines[_NOTE_LINES - 1] + " …"]
    indented = [(2 if number else 1) * GAP + line for number, line in enumerate(lines)]
    return [elided(line, room, end=True) for line in indented] if room else indented


def _says_nothing(column: Column, values: Sequence[Any]) -> bool:
    return column.spare > 0 and all(value is None for value in values)


def _part(at: int, column: Column, columns: Sequence[Sequence[Any]], style: Style) -> Part:
    shown = Shown.of(at, column)
    if column.unit is Unit.BAR:
        return Part(shown, columns[at], [])
    texts = shown.texts(columns[at], style)
    return Part(shown, columns[at], texts).measured()
