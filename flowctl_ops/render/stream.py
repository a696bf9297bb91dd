"""Where the bytes go: stdout, or a pager when a person reads more than a screen."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

_COLORS = re.compile(rb"\x1b\[[0-9;]*m")


@contextmanager
def output(*, paged: bool) -> Iterator[BinaryIO]:
    """Give the stream for an answer; a pager starts once the answer is longer than the screen.

    Raises:
        BrokenPipeError: when the reader has gone.
    """
    sys.stdout.flush()
    command = _pager() if paged and sys.stdout.isatty() else []
    if not command:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    screen = _Screen(command)
    try:
        yield screen  # type: ignore[misc] # no more is asked of it
    except BrokenPipeError:
        if not screen.started:
            raise
    finally:
        screen.close()


def _pager() -> list[str]:
    """Take OPS_PAGER, else PAGER, else less; an empty one or `cat` means none."""
    named = os.environ.get("OPS_PAGER", os.environ.get("PAGER", "less"))
    try:
        command = shlex.split(named)
    except ValueError:
        return []
    return command if command and command != ["cat"] and shutil.which(command[0]) else []


class _Screen:
    """Holds back a screenful of lines; what is more starts the pager."""

    def __init__(self, command: list[str]) -> None:
        self._command = command
        self._held = b""
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def started(self) -> bool:
        """Tell whether the pager runs."""
        return self._process is not None

    def write(self, data: bytes) -> int:
        if self._process is None:
            self._held += data
            size = os.get_terminal_size(sys.stdout.fileno())
            plain = _COLORS.sub(b"", self._held).decode(errors="replace")
            rows = sum(max(len(line) - 1, 0) // size.columns + 1 for line in plain.splitlines())
            if rows < size.lines:
                return len(data)
            self._process = self._start()
            data, self._held = self._held, b""
        if self._process.stdin is not None:
            self._process.stdin.write(data)
            self._process.stdin.flush()
        return len(data)

    def writelines(self, lines: Iterable[bytes]) -> None:
        for line in lines:
            self.write(line)

    def close(self) -> None:
        if self._process is None:
            sys.stdout.buffer.write(self._held)
            sys.stdout.buffer.flush()
            return
        try:
            if self._process.stdin is not None:
                self._process.stdin.close()
        except BrokenPipeError:
            pass
        self._wait()

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {"LESS": "FRX", "LV": "-c", **os.environ}
        return subprocess.Popen(self._command, stdin=subprocess.PIPE, env=environment)

    def _wait(self) -> None:
        """Wait for the reader; Ctrl-C is the pager's own affair."""
        while self._process is not None:
            try:
                self._process.wait()
            except KeyboardInterrupt:
                continue
            return
