"""`ops materialize`: the documents that count, once, as Parquet."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from flowctl_ops import notes, options, texts, times
from flowctl_ops.commands import session
from flowctl_ops.errors import ExitCode, UsageError
from flowctl_ops.filters import LogFilter, StatsFilter
from flowctl_ops.notes import stored


def materialize(
    directory: Annotated[
        Path, typer.Argument(metavar="DEST", help="A new folder, or one that is kept up to date.")
    ],
    names: options.Names = None,
    task: options.TaskOption = None,
    kind: options.KindOption = None,
    data: options.DataOption = None,
    since: options.SinceOption = None,
    until: options.UntilOption = None,
    now: options.NowOption = None,
    local: options.LocalOption = False,
    tz: options.ZoneOption = None,
    slack: options.SlackOption = "24h",
    verify: options.VerifyOption = False,
    merge: Annotated[
        bool, typer.Option("--compact", help="Merge the small files of many runs.")
    ] = False,
    quiet: options.QuietOption = False,
) -> None:
    """Write what counts, each document once, as Parquet into a folder that is then data itself.

    Run again, it reads what is new. The folder answers like the files, up to ten times as fast.

    \b
    ops materialize ~/ops-data
    ops materialize ~/ops-data --data s3-copy
    ops logs --data ~/ops-data --level warn
    """  # noqa: D301 - \b is a sign of its own: what follows is laid out already
    from flowctl_ops.relations import Logs, Stats
    from flowctl_ops.render.progress import shown
    from flowctl_ops.store.parts import Scope
    from flowctl_ops.store.write import materialize as run

    settings = session.Settings(
        data=data, slack=slack, verify=verify, zone=times.zone(tz, local=local), quiet=quiet
    )
    wanted = texts.name_filter(names, task)
    with session.opened(settings) as opened:
        _check_apart(directory, texts.data_paths(data))
        source = opened.find(wanted, kind)
        if source.found.stores:
            raise UsageError(
                f"{source.found.stores[0].shown} is materialized already",
                "name the files that it was made of with --data",
            )
        source.check_names(wanted)
        scope = (
            Logs(LogFilter(names=wanted, kind=kind)),
            Stats(StatsFilter(names=wanted, kind=kind)),
        )
        window = times.window(since, until, now, settings.zone, lambda: source.newest(*scope))
        asked = {"names": list(wanted.names), "kind": kind, "since": since, "until": until}
        with shown(quiet=quiet) as progress:
            written = run(
                source,
                directory,
                Scope(wanted, kind, window, asked),
                progress,
                merge=merge,
            )
        notes.problems(source.account)
        if not quiet:
            stored.materialized(written, str(directory))
        if not source.account.complete:
            raise typer.Exit(ExitCode.DATA)


def _check_apart(directory: Path, data: tuple[str, ...]) -> None:
    """Refuse a folder among the files that it is to be made of: they would be read twice."""
    try:
        real = os.path.realpath(directory)
    except ValueError as error:  # a NUL, a half of a sign
        raise UsageError(f"{directory} is no path", "name a folder") from error
    for path in data:
        around = os.path.realpath(path)
        if path != "-" and os.path.commonpath([real, around]) == around:
            raise UsageError(
                f"{directory} lies in {path}, whose files it is to be made of",
                "name a folder beside it",
            )
