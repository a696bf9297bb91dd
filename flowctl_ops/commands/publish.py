"""`ops publish`: a connector's output into an ops collection."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from flowctl_ops import options, texts
from flowctl_ops.errors import UsageError
from flowctl_ops.render.theme import Color
from flowctl_ops.vocabulary import Level, TaskKind


def publish(
    task: Annotated[
        str, typer.Option("--task", metavar="NAME", help="The catalog name of the task.")
    ],
    kind: Annotated[TaskKind, typer.Option("--kind", help="The kind of the task.")],
    command: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="-- COMMAND",
            help="Run this, and publish what it prints on stderr; else stdin is published.",
            show_default=False,
        ),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(
            "--data",
            "-d",
            metavar="DIR",
            envvar="OPS_DATA",
            help="The folder with the collection; without it, logs are only printed.",
        ),
    ] = None,
    level: Annotated[
        str,
        typer.Option(
            "--level",
            "-l",
            metavar="LEVEL",
            help="Publish this level and worse: error, warn, info, debug, trace.",
            autocompletion=options.known_levels,
        ),
    ] = "info",
    stats: Annotated[
        bool, typer.Option("--stats", help="stdin holds stats documents as JSON lines, not logs.")
    ] = False,
    fsync: Annotated[
        bool, typer.Option("--fsync", help="Outlive a power cut, too: wait for the disk each time.")
    ] = False,
    color: options.ColorOption = Color.AUTO,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Do not echo what is published to stderr.")
    ] = False,
) -> None:
    """Publish a connector's output, or any program's, into its task's ops collection.

    \b
    program 2>&1 | ops publish --task acmeCo/my/capture --kind capture -d data
    ops publish --task acmeCo/my/capture --kind capture -d data -- some-program
    ops publish --task acmeCo/my/capture --kind capture -d data --stats < s.jsonl

    Lines are read by Flow's rules. What level is for what, by what its reader is to do:

    \b
      error  act: the task cannot go on by itself
      warn   look into it: it is tried again, or something was passed over
      info   nothing: the task's life, and what one may want to read every day
      debug  find out why the task does not do what it should
      trace  sift a gigabyte in despair

    Nothing is above error: its reader acts already. What only an operator can mend belongs into the
    operator's own logging.
    """  # noqa: D301 - \b is a sign of its own: what follows is laid out already
    from flowctl_ops.commands import publishing
    from flowctl_ops.publish import Shard

    if data is not None and os.pathsep in data:
        raise UsageError("logs are published to one folder, and OPS_DATA has several", "use --data")
    if quiet and not data:
        raise UsageError("with --quiet and without --data, logs would be lost", "add --data DIR")
    if stats and command:
        raise UsageError("--stats reads stdin and runs no command", "leave one of them out")
    asked = publishing.Asked(
        Shard(kind, task),
        data or None,
        list(Level)[texts.level(level) - 1],
        "always" if fsync else "never",
        color,
        quiet=quiet,
    )
    if stats:
        code = publishing.stats(asked)
    elif command:
        code = publishing.run(asked, command)
    else:
        code = publishing.logs(asked)
    if code:
        raise typer.Exit(code)
