"""The one theme: which colours each part of a line has, rendered once and never per line."""

from __future__ import annotations

import os
from datetime import UTC, tzinfo
from enum import StrEnum
from typing import TextIO

from flowctl_ops.render.cells import Style

_THEME = {
    "time": "dim",
    "task": "cyan",
    "fields": "dim",
    "hit": "bold red",
    "error": "bold red",
    "warn": "yellow",
    "info": "green",
    "debug": "blue",
    "trace": "dim",
}
_STATES = {
    "failing": "bold red",
    "stalled": "bold yellow",
    "silent": "bold yellow",
    "degraded": "yellow",
    "unknown": "magenta",
    "healthy": "green",
}


class Color(StrEnum):
    """When to colour."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


def wants_color(color: Color, stream: TextIO) -> bool:
    """Decide by the option, then NO_COLOR and FORCE_COLOR, then whether a terminal reads."""
    if color is not Color.AUTO:
        return color is Color.ALWAYS
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def line_styles(*, colored: bool) -> dict[str, object]:
    """Give the signs that begin each part of a line and the one that ends any; '' without colour.

    `levels` are in the order of their ranks.
    """
    starts = {name: _start(colors) if colored else "" for name, colors in _THEME.items()}
    return {
        "time": starts["time"],
        "task": starts["task"],
        "fields": starts["fields"],
        "hit": starts["hit"],
        "levels": [starts[level] for level in ("error", "warn", "info", "debug", "trace")],
        "plain": "\x1b[0m" if colored else "",
    }


def style(
    color: Color,
    stream: TextIO,
    *,
    zone: tzinfo = UTC,
    binary: bool = False,
    wide: bool = False,
) -> Style:
    """Give the style of a table on a stream: its colours, and its width where a terminal reads."""
    colored = wants_color(color, stream)
    width = os.get_terminal_size(stream.fileno()).columns if stream.isatty() else None
    return Style(
        zone=zone,
        binary=binary,
        header=_start("bold") if colored else "",
        alarm=_start("bold red") if colored else "",
        bar=_start("cyan") if colored else "",
        dim=_start("dim") if colored else "",
        states={state: _start(colors) for state, colors in _STATES.items()} if colored else {},
        plain="\x1b[0m" if colored else "",
        width=width or None,
        wide=wide,
    )


def _start(colors: str) -> str:
    from rich import style as rich_style  # noqa: PLC0415 - only colour needs rich
    from rich.color import ColorSystem  # noqa: PLC0415

    return (
        rich_style.Style.parse(colors)
        .render("\0", color_system=ColorSystem.STANDARD)
        .split("\0")[0]
    )
