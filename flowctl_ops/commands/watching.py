"""`--watch`: an answer that is drawn again, on the whole screen, when files change."""

from __future__ import annotations

import io
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr

from flowctl_ops import notes, texts
from flowctl_ops.errors import NothingFound, UsageError
from flowctl_ops.filters import NameFilter
from flowctl_ops.render import Output
from flowctl_ops.sources import is_pipe
from flowctl_ops.sources.watch import Watch

_OFTEN, _SELDOM = 1.0, 60.0  # seconds between two drawings: at the least, and if nothing changes
_REST = 2  # how much longer than a drawing the pause behind it is
_ENTER, _LEAVE = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"  # a screen of its own, no cursor
_TOP, _END_OF_LINE, _BELOW = "\x1b[H", "\x1b[K", "\x1b[J"
_CODES = re.compile(r"\x1b\[[0-9;]*m")


def check(data: list[str] | None, output: Output, *, print_sql: bool) -> None:
    """Refuse what cannot be drawn again and again.

    Raises:
        UsageError: naming it.
    """
    if output is not Output.TEXT or print_sql:
        raise UsageError("--watch draws text for people", "leave out --watch, or the format")
    if not sys.stdout.isatty():
        hint = "in a script: while sleep 60; do ops status; done"
        raise UsageError("--watch draws on a terminal, and stdout is none", hint)
    for path in texts.data_paths(data):
        if path == "-" or is_pipe(path):
            raise UsageError(f"--watch looks at files, and {path} is a pipe", "save it into a file")


def run(data: list[str] | None, draw: Callable[[], bytes]) -> None:
    """Draw, and again when files below the data paths change, until a signal ends it.

    What is drawn last stays on the screen that was there before.
    """
    watch = Watch(texts.data_paths(data), NameFilter())
    watch.look()
    began = time.monotonic()
    shown = [_drawn(draw)]
    with _screen(shown):
        while True:
            size = os.get_terminal_size(sys.stdout.fileno())
            _paint(shown[-1], size)
            took = time.monotonic() - began
            time.sleep(max(_OFTEN - took, took * _REST))
            _wait(watch, size)
            began = time.monotonic()
            shown[:] = [_drawn(draw)]


def _wait(watch: Watch, size: os.terminal_size) -> None:
    """Wait until something is to be drawn: a file changed, the screen did, or time went by."""
    began = time.monotonic()
    while time.monotonic() - began < _SELDOM:
        time.sleep(watch.pause)
        found = watch.look()
        if found.files or found.problems or watch.gone:
            return
        if os.get_terminal_size(sys.stdout.fileno()) != size:
            return


def _drawn(draw: Callable[[], bytes]) -> str:
    """Give an answer and, below it, what is said of it."""
    said = io.StringIO()
    with redirect_stderr(said):
        try:
            text = draw().decode()
        except NothingFound as nothing:
            text = ""
            notes.error(nothing)
    return text + said.getvalue()


@contextmanager
def _screen(shown: list[str]) -> Iterator[None]:
    """Give a screen of its own; what is `shown` at last goes to the one before."""
    sys.stdout.write(_ENTER)
    try:
        yield
    finally:
        sys.stdout.write(_LEAVE + shown[-1])
        sys.stdout.flush()


def _paint(frame: str, size: os.terminal_size) -> None:
    """Draw over what is there, without a blink; what is too long for the screen is counted."""
    lines = frame.splitlines()
    height, shown = 0, 0
    for line in lines:
        height += (len(_CODES.sub("", line)) - 1) // max(size.columns, 1) + 1 if line else 1
        if height >= size.lines:
            break
        shown += 1
    left = len(lines) - shown
    if left:
        lines = [*lines[: max(shown - 1, 0)], f"… {left + 1} more lines"]
    text = "".join(f"{line}{_END_OF_LINE}\r\n" for line in lines)
    sys.stdout.write(_TOP + text + _BELOW)
    sys.stdout.flush()
