"""How a sentence goes to stderr."""

from __future__ import annotations

import os
import sys

from flowctl_ops.terminal import visible

_NARROWEST = 20  # columns of a terminal on which a sentence is broken between words
_GOES_ON = "     "


def count(number: int, thing: str) -> str:
    """Count things in words."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def say(sentence: str) -> None:
    """Write a sentence, in which nothing is a sign of control, to stderr."""
    said = f"ops: {visible(sentence)}"
    width = _width() if len(said) > _NARROWEST else 0
    if width:
        import textwrap  # noqa: PLC0415 - only terminals have a width

        said = textwrap.fill(
            said,
            width,
            subsequent_indent=_GOES_ON,
            break_long_words=False,
            break_on_hyphens=False,
            drop_whitespace=True,
        )
    sys.stderr.write(f"{said}\n")


def _width() -> int:
    """Give how many columns the terminal has on which stderr is read; 0 if none has it."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError):
        return 0
