"""How wide text is on a screen, and how it is made to fit."""

from __future__ import annotations

from itertools import accumulate

ELLIPSIS = "…"


def cell_width(text: str) -> int:
    """Give how many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # noqa: PLC0415 - plain names do without

    return cell_len(text)


def padded(text: str, width: int, *, right: bool = False) -> str:
    """Fill a text up to a width with spaces."""
    space = " " * (width - cell_width(text))
    return space + text if right else text + space


def elided(text: str, width: int, *, end: bool = False) -> str:
    """Cut a text to a width, in its middle or at its `end`, and show that it is cut."""
    if cell_width(text) <= width:
        return text
    room = max(width - 1, 0)
    tail = 0 if end else room * 2 // 3
    return _head(text, room - tail) + ELLIPSIS + _head(text[::-1], tail)[::-1]


def _head(text: str, width: int) -> str:
    text = text[:width]
    if text.isascii():
        return text
    widths = accumulate(map(cell_width, text))
    return text[: sum(reached <= width for reached in widths)]


def wrapped(text: str, width: int) -> list[str]:
    """Break a text into lines of a width, between words where it can be."""
    lines: list[str] = []
    while cell_width(text) > width:
        head = _head(text, width)
        at = head.rfind(" ") if not text[len(head) : len(head) + 1].isspace() else len(head)
        at = at if at > width // 2 else len(head)
        lines.append(text[:at].rstrip())
        text = text[at:].lstrip()
    return [*lines, text]
