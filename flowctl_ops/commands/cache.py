"""`ops cache`: what is kept of the data for the next question."""

from __future__ import annotations

import os
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from flowctl_ops import options, times
from flowctl_ops.commands import session
from flowctl_ops.filters import rfc3339
from flowctl_ops.notes import stored
from flowctl_ops.render import Output
from flowctl_ops.render.theme import Color
from flowctl_ops.result import Column, Result, Row
from flowctl_ops.sources import as_text
from flowctl_ops.vocabulary import Unit

if TYPE_CHECKING:
    from flowctl_ops.store.kept import Kept

_COLUMNS = (
    Column("data"),
    Column("files", Unit.COUNT),
    Column("bytes", Unit.BYTES),
    Column("last_used", Unit.TIME, "last used"),
    Column("folder", spare=1),
)


class Action(StrEnum):
    """What to do with what is kept."""

    SHOW = "show"
    CLEAR = "clear"


def cache(
    action: Annotated[
        Action, typer.Argument(help="show lists what is kept, clear removes it.")
    ] = Action.SHOW,
    output: options.OutputOption = Output.TEXT,
    as_json: options.JsonOption = False,
    local: options.LocalOption = False,
    tz: options.ZoneOption = None,
    color: options.ColorOption = Color.AUTO,
    wide: options.WideOption = False,
    pager: options.PagerOption = True,
    binary: options.BinaryOption = False,
    quiet: options.QuietOption = False,
) -> None:
    """Show or clear what OPS_CACHE=on keeps of the data, so that the next question is cheap.

    \b
    ops cache
    ops cache show --json
    ops cache clear
    """  # noqa: D301 - \b is a sign of its own: what follows is laid out already
    from flowctl_ops.store import kept

    settings = session.Settings(
        output=Output.JSON if as_json else output,
        zone=times.zone(tz, local=local),
        color=color,
        wide=wide,
        pager=pager,
        binary=binary,
    )
    every = kept.every()
    if action is Action.CLEAR:
        removed = [each for each in every if kept.forget(each.path)]
        if not quiet:
            stored.cleared(sum(each.size for each in removed), len(removed), len(every))
        return
    session.show(Result(_COLUMNS, [[_row(each) for each in every]]), settings)
    if not quiet and not every:
        root = kept.root()
        stored.nothing_kept(str(root) if root else None)


def _row(each: Kept) -> Row:
    data = os.pathsep.join(each.data)
    return as_text(data), each.files, each.size, rfc3339(each.used), as_text(str(each.path))
