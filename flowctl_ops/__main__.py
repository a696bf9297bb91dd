"""`python -m flowctl_ops`, and the script `ops`."""

from __future__ import annotations

import gc
import os
import signal
import sys
from contextlib import suppress
from typing import NoReturn

_RARELY = 50_000  # objects until rubbish is looked for: imports make many, and nearly none of it


def main() -> None:
    """Run the command line; a signal ends it without a traceback and leaves no temporary files."""
    gc.set_threshold(_RARELY)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _: sys.exit(128 + received))
    if sys.stdout is None:  # closed by whoever started us
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    try:
        from flowctl_ops.cli import app_for  # noqa: PLC0415 - Ctrl-C may come while it is imported

        app_for(sys.argv[1:])()
    except KeyboardInterrupt:
        _leave(128 + signal.SIGINT)
    except SystemExit as done:
        if isinstance(done.code, int):
            _leave(done.code)
        raise


def _leave(code: int) -> NoReturn:
    """End the process at once: taking apart what was imported takes 20 ms and helps nobody."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):  # gone, closed, or never there
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
