"""Run `ops` as a user does: in this process, or in one of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from typer.testing import CliRunner

UNSET = ("OPS_CACHE", "OPS_DATA", "OPS_NOW", "OPS_PAGER", "PAGER", "NO_COLOR", "FORCE_COLOR", "TZ")
NOWHERE = {"XDG_CONFIG_HOME": os.devnull, "XDG_CACHE_HOME": os.devnull}


@dataclass(frozen=True)
class Completed:
    """What a command left behind."""

    stdout: bytes
    stderr: str
    exit_code: int


def run_ops(
    *args: str, env: Mapping[str, str] | None = None, stdin: bytes | None = None
) -> Completed:
    """Run a command in this process, away from the user's settings; a bug raises here."""
    from flowctl_ops.cli import app_for  # noqa: PLC0415 - a test of the oracle alone needs no tool

    variables: dict[str, str | None] = dict.fromkeys(UNSET) | NOWHERE | dict(env or {})
    result = CliRunner().invoke(
        app_for(args), args, input=stdin, env=variables, catch_exceptions=False
    )
    return Completed(result.stdout_bytes, result.stderr, result.exit_code)


def run_ops_process(
    *args: str,
    env: Mapping[str, str] | None = None,
    stdin: bytes | None = None,
    python: str | None = None,
) -> Completed:
    """Run a command in a process of its own, as a shell does; `python` runs in its stead."""
    kept = {name: value for name, value in os.environ.items() if name not in UNSET}
    done = subprocess.run(
        [sys.executable, *(("-c", python) if python else ("-m", "flowctl_ops")), *args],
        input=stdin or b"",
        capture_output=True,
        check=False,
        env=kept | NOWHERE | dict(env or {}),
    )
    return Completed(done.stdout, done.stderr.decode(), done.returncode)
