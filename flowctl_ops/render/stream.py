"""Where the bytes go: stdout, or a pager when a person reads more than a screen."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, BinaryIO

from flowctl_ops.errors import DataError

if TYPE_CHECKING:
    import subprocess

_NOT_RUN = {126, 127}  # with what a shell ends that cannot run, or find, its program
_LESS_WITH_HEADER = 600
_USUAL_COLUMNS, _USUAL_LINES = 80, 24  # of a terminal that does not say its size
_COLORS = re.compile(rb"\x1b\[[0-9;]*m")


@contextmanager
def output(*, paged: bool, at_end: bool = False, head: Sequence[int] = ()) -> Iterator[BinaryIO]:
    """Give the stream for an answer; a pager starts once the answer is longer than the screen.

    `less` opens `at_end` where that is asked for, and keeps lines of the `head` in sight, of which
    there are as many as its numbers come to by then.

    Raises:
        BrokenPipeError: when the reader has gone.
    """
    sys.stdout.flush()
    command = _pager() if paged and sys.stdout.isatty() else []
    if not command:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    screen = _Screen(command, head, at_end=at_end)
    try:
        yield screen  # type: ignore[misc] # no more is asked of it
    except BrokenPipeError:
        if not screen.started:
            raise
    finally:
        screen.close()


def _pager() -> list[str]:
    """Take OPS_PAGER, else PAGER, else less; an empty one or `cat` means none."""
    import shlex  # noqa: PLC0415 - only terminals have a pager
    import shutil  # noqa: PLC0415

    named = os.environ.get("OPS_PAGER", os.environ.get("PAGER", "less"))
    try:
        command = shlex.split(named)
    except ValueError:
        return []
    return command if command and command != ["cat"] and shutil.which(command[0]) else []


def _less_keeps_lines(less: str) -> bool:
    """Tell whether this `less` knows `--header`, as those from version 600 on do."""
    import subprocess  # noqa: PLC0415 - most answers start no pager

    try:
        said = subprocess.run(
            [less, "--version"], stdin=subprocess.DEVNULL, capture_output=True, check=False
        ).stdout
    except OSError:
        return False
    found = re.match(rb"less (\d+)", said)
    return found is not None and int(found[1]) >= _LESS_WITH_HEADER


class _Screen:
    """Holds back a screenful of lines; what is more starts the pager."""

    def __init__(self, command: list[str], head: Sequence[int], *, at_end: bool) -> None:
        self._command, self._head, self._at_end = command, head, at_end
        self._held = b""
        self._process: subprocess.Popen[bytes] | None = None
        self._to: IO[bytes] | None = None

    @property
    def started(self) -> bool:
        """Tell whether the pager runs."""
        return self._process is not None

    def write(self, data: bytes) -> int:
        if self._to is None:
            self._held += data
            if self._fits():
                return len(data)
            self._to = self._start()
            data, self._held = self._held, b""
        self._to.write(data)
        self._to.flush()
        return len(data)

    def writelines(self, lines: Iterable[bytes]) -> None:
        for line in lines:
            self.write(line)

    def close(self) -> None:
        """Print what was held back, or wait for the reader.

        Raises:
            DataError: if the pager could not run.
        """
        if self._process is None:
            sys.stdout.buffer.write(self._held)
            sys.stdout.buffer.flush()
            return
        with suppress(BrokenPipeError):
            if self._to is not None:
                self._to.close()
        self._wait(self._process)
        if self._process.returncode in _NOT_RUN:
            message = f"the pager {' '.join(self._command)} cannot be run"
            raise DataError(message, "name another in OPS_PAGER, or use --no-pager")

    def _fits(self) -> bool:
        size = os.get_terminal_size(sys.stdout.fileno())
        columns, lines = size.columns or _USUAL_COLUMNS, size.lines or _USUAL_LINES
        plain = _COLORS.sub(b"", self._held).decode(errors="replace")
        return sum(max(len(line) - 1, 0) // columns + 1 for line in plain.splitlines()) < lines

    def _start(self) -> IO[bytes]:
        """Start the pager, and give what writes to it; to stdout where it cannot be started."""
        import subprocess  # noqa: PLC0415 - most answers start none

        environment = {"LESS": "FRX", "LV": "-c", **os.environ}
        command = self._command
        if os.path.basename(command[0]) == "less":
            head = sum(self._head) if _less_keeps_lines(command[0]) else 0
            command = [
                *command,
                *([f"--header={head}"] if head else ()),
                *(["+G"] if self._at_end else ()),
            ]
        try:
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)
        except OSError:
            return sys.stdout.buffer
        return self._process.stdin or sys.stdout.buffer

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        """Wait for the reader; Ctrl-C is the pager's own affair."""
        while process.returncode is None:
            with suppress(KeyboardInterrupt):
                process.wait()
