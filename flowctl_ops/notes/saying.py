"""How a sentence goes to stderr."""

from __future__ import annotations

import sys

from flowctl_ops.terminal import visible


def count(number: int, thing: str) -> str:
    """Count things in words."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def say(sentence: str) -> None:
    """Write a sentence, in which nothing is a sign of control, to stderr."""
    sys.stderr.write(f"ops: {visible(sentence)}\n")
