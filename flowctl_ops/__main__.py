"""`python -m flowctl_ops`, and the script `ops`."""

from __future__ import annotations

import gc
import io
import os
import signal
import sys
from contextlib import suppress
from typing import Any, NoReturn

_RARELY = 50_000  # objects until rubbish is looked for: imports make many, and nearly none of it
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> None:
    """Run the command line; a signal ends it without a traceback and leaves no temporary files."""
    gc.set_threshold(_RARELY)
    for number in _ENDING:
        if signal.getsignal(number) is not signal.SIG_IGN:  # as for `nohup`, and for `ops … &`
            signal.signal(number, _end)
    _open_streams()
    try:
        from flowctl_ops.cli import app_for  # noqa: PLC0415 - Ctrl-C may come while it is imported

        app_for(sys.argv[1:])()
    except KeyboardInterrupt:
        _leave(128 + signal.SIGINT)
    except SystemExit as done:
        if isinstance(done.code, int):
            _leave(done.code)
        raise


def _end(received: int, _frame: object) -> NoReturn:
    """End the command; what then is put away is left alone by further signals."""
    for number in _ENDING:
        if signal.getsignal(number) is _end:
            signal.signal(number, _go_on)
    if received == signal.SIGINT:
        raise KeyboardInterrupt
    sys.exit(128 + received)


def _go_on(_received: int, _frame: object) -> None:
    """Unlike SIG_IGN, this is not passed on to a pager."""


class _Narration(io.FileIO):
    """Stderr, of which no answer and no exit code depends: what it cannot take is dropped."""

    def write(self, data: Any, /) -> int:
        """Give the number of bytes, written or not."""
        with suppress(OSError):
            super().write(data)
        return len(data)


def _open_streams() -> None:
    """Put something in place of streams that whoever started us has closed.

    Else the next file that is opened takes their numbers. To write to the answer's is an error.
    """
    for number, mode in enumerate((os.O_WRONLY, os.O_RDONLY, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, mode)
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    elif isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    narration = io.BufferedWriter(_Narration(2, "w", closefd=False))
    sys.stderr = io.TextIOWrapper(narration, "utf-8", "backslashreplace", line_buffering=True)


def _leave(code: int) -> NoReturn:
    """End the process at once: taking apart what was imported takes 20 ms and helps nobody."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):  # gone, closed, or never there
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
