"""`python -m flowctl_ops`, and the script `ops`."""

from __future__ import annotations

import signal
import sys

from flowctl_ops.cli import app


def main() -> None:
    """Run the command line; a SIGTERM leaves no temporary files behind."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    app()


if __name__ == "__main__":
    main()
