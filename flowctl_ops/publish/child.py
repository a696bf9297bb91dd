"""Running a connector as Flow's runtime does, its output to be decoded and its exit code kept."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress

from flowctl_ops.vocabulary import Level

NOT_FOUND = 127  # what a shell exits with where a command cannot be found
_NOT_RUNNABLE = 126


class CannotStart(Exception):
    """A command cannot be started; holds the shell's exit code for it."""

    def __init__(self, command: str, error: OSError) -> None:
        reason = (error.strerror or str(error)).lower()
        super().__init__(f"could not start {command}: {reason}")
        self.exit_code = NOT_FOUND if isinstance(error, FileNotFoundError) else _NOT_RUNNABLE


class Child:
    """A running command, whose stderr is ours to read; stdin and stdout are its own.

    Raises:
        CannotStart: if it does not run.
    """

    def __init__(self, command: Sequence[str], level: Level) -> None:
        variables = os.environ | {"LOG_FORMAT": "json", "LOG_LEVEL": str(level)}
        try:
            self._process = subprocess.Popen(command, stderr=subprocess.PIPE, env=variables)
        except OSError as error:
            raise CannotStart(command[0], error) from error

    @property
    def stderr(self) -> int:
        """The descriptor to read its output from."""
        assert self._process.stderr is not None  # noqa: S101 - it was asked for
        return self._process.stderr.fileno()

    def pass_on(self, number: int) -> bool:
        """Send it a signal that we got, unless the terminal has; tell whether it has ended.

        What it leaves behind may hold its stderr open for ever.
        """
        if number == signal.SIGCHLD:
            return self._process.poll() is not None
        if number != signal.SIGINT or not _typed():
            with suppress(ProcessLookupError):
                self._process.send_signal(number)
        return False

    def exit_code(self) -> int:
        """Wait for its end; give its exit code as a shell would, 128 + n if signal n ended it."""
        code = self._process.wait()
        return 128 - code if code < 0 else code


def _typed() -> bool:
    """Tell whether we are what the terminal's Ctrl-C is for, and so the command beside us, too."""
    for descriptor in range(3):
        with suppress(OSError):
            return os.tcgetpgrp(descriptor) == os.getpgrp()
    return False
