"""`ops demo`: a realistic data set, and a tour of it."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from flowctl_ops import notes
from flowctl_ops.errors import CannotWrite
from flowctl_ops.terminal import visible

_TOUR = (
    "ops                                           # which tasks are not well",
    "ops explain dunderCo/paper/source-mysql       # why it fails, and what to do",
    "ops status 'Zürich/données/par-jour'          # what the one is that stalls",
    "ops lag                                       # which bindings are behind",
    "ops logs acmeCo/my/capture -l warn --explain  # what its warnings mean",
    "ops stats --since 1d                          # how much moved",
)
_FEW_TASKS = 9  # of which the tour speaks


def demo(
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="An empty or a new folder.")
    ] = Path("ops-demo"),
    tasks: Annotated[int, typer.Option(min=1, max=100_000, help="How many tasks.")] = 9,
    days: Annotated[
        int, typer.Option(min=1, max=3650, help="How many days from 2026-10-05 on.")
    ] = 7,
    rate: Annotated[float, typer.Option(min=0, max=1e6, help="Logs per task and hour.")] = 30,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 7,
) -> None:
    """Write a week of made-up logs and stats in which all that is hard occurs, and show a tour.

    \b
    ops demo
    ops demo /tmp/demo --days 30
    ops demo --tasks 200 --rate 5
    """  # noqa: D301 - \b is a sign of its own: what follows is laid out already
    from flowctl_ops.demo import DemoPlan, write

    try:
        made = write(directory, DemoPlan(seed=seed, tasks=tasks, days=days, rate=rate))
    except OSError as error:
        raise CannotWrite(str(directory), error) from error
    data = shlex.quote(str(directory.absolute()))
    counts = f"{made.logs} logs and {made.stats} stats of {tasks} tasks in {made.files} files"
    notes.demo([f"{counts} below {directory}, try:"])
    typer.echo(visible(f"export OPS_DATA={data} OPS_NOW=last"))
    for line in _TOUR if tasks >= _FEW_TASKS else _TOUR[:1]:
        typer.echo(line)
