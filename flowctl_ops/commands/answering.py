"""What commands end with: the answer printed, and the exit code that it comes to."""

from __future__ import annotations

import sys
from dataclasses import replace

import typer

from flowctl_ops.errors import ExitCode
from flowctl_ops.relations.source import Account
from flowctl_ops.render import RENDERERS, Output, stream
from flowctl_ops.render.cells import PLAIN, Style
from flowctl_ops.result import Result


def show(result: Result, output: Output, *, paged: bool, style: Style = PLAIN) -> int:
    """Print an answer; give the number of its rows, of many one if the reader left the pager."""
    with stream.output(paged=paged) as out:
        return RENDERERS[output](result, out, replace(style, terminal=sys.stdout.isatty()))
    return 1


def leave(account: Account, count: int, *, exit_code: bool) -> None:
    """Leave with 3 if something could not be read, with 1 if nothing matched and that was asked."""
    if not account.complete:
        raise typer.Exit(ExitCode.DATA)
    if exit_code and not count:
        raise typer.Exit(ExitCode.FINDING)
