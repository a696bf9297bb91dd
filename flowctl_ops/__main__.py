"""`python -m flowctl_ops`, and the script `ops`."""

from __future__ import annotations

import os
import signal
import sys


def main() -> None:
    """Run the command line; a signal ends it without a traceback and leaves no temporary files."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _: sys.exit(128 + received))
    if sys.stdout is None:  # closed by whoever started us
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    try:
        from flowctl_ops.cli import app  # noqa: PLC0415 - Ctrl-C may come while it is imported

        app()
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)


if __name__ == "__main__":
    main()
