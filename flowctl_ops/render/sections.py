"""Answers in words: a label, and beside it lines that are wrapped to the screen."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO

from flowctl_ops.render.cells import Style
from flowctl_ops.render.width import cell_width, wrapped
from flowctl_ops.terminal import visible

_LABEL = 9
_GOES_ON = " \\"
_LEAST = 20  # signs of a line, however narrow a screen is
_COLUMNS = re.compile(r"(?:\S(?:\S| (?! ))* {2,})+")


@dataclass(frozen=True)
class Section:
    """Some lines of an answer and the label beside them, if any; `state` gives their colour.

    Of a `command` the lines are its parts: it goes on over several lines as a shell reads them, so
    that it can be copied.
    """

    label: str
    lines: tuple[str, ...]
    state: str = ""
    command: bool = False


def write(sections: Iterable[Section], stream: BinaryIO, style: Style) -> None:
    """Write sections, those without a line left out."""
    for section in sections:
        if section.label:
            _write_labelled(section, stream, style)
        else:
            start = style.states.get(section.state, "")
            if section.command:
                _put(stream, style, start, _continued(section.lines, style))
                continue
            for line in section.lines:
                _put(stream, style, start, _lines(line, style, 0))


def _write_labelled(section: Section, stream: BinaryIO, style: Style) -> None:
    label = section.label.ljust(_LABEL)
    for line in section.lines:
        for text in _hanging(line, style):
            bold = style.header if label.strip() else ""
            shown = f"{bold}{label}{style.plain}" if bold else label
            start = style.states.get(section.state, "")
            stream.write((shown + (f"{start}{text}{style.plain}" if start else text)).encode())
            stream.write(b"\n")
            label = " " * _LABEL


def _hanging(line: str, style: Style) -> list[str]:
    """Wrap a line beside a label; what has columns goes on below the last of them."""
    room = max((style.width or 0) - _LABEL, _LEAST)
    found = _COLUMNS.match(line)
    indent = len(found[0]) if found and len(found[0]) < room // 2 else 0
    if not indent:
        return _lines(line, style, _LABEL)
    first, *more = _lines(line[indent:], style, _LABEL + indent)
    return [visible(line[:indent]) + first, *(" " * indent + text for text in more)]


def _put(stream: BinaryIO, style: Style, start: str, lines: list[str]) -> None:
    shown = (f"{start}{line}{style.plain}" if start and line else line for line in lines)
    stream.writelines(f"{line}\n".encode() for line in shown)


def _lines(line: str, style: Style, indent: int) -> list[str]:
    shown = visible(line)
    return wrapped(shown, max(style.width - indent, _LEAST)) if style.width else [shown]


def _continued(parts: tuple[str, ...], style: Style) -> list[str]:
    """Put the parts of a command on as few lines as the screen has room for."""
    lines: list[str] = []
    for part in map(visible, parts):
        longer = f"{lines[-1]} {part}" if lines else part
        if lines and style.width and cell_width(longer) > style.width - len(_GOES_ON):
            lines.append(f"  {part}")
        else:
            lines = [*lines[:-1], longer]
    return [line + _GOES_ON for line in lines[:-1]] + lines[-1:]
