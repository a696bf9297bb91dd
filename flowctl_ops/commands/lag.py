"""`ops lag`: how far behind."""

from __future__ import annotations

import sys
from dataclasses import replace
from enum import StrEnum
from typing import Annotated

import typer

from flowctl_ops import notes, options, times
from flowctl_ops.commands import answering
from flowctl_ops.filters import NameFilter, Rows, StatsFilter
from flowctl_ops.render import Output, theme
from flowctl_ops.render.theme import Color


class LagBy(StrEnum):
    """What a row is of."""

    BINDING = "binding"
    TASK = "task"


def lag(
    names: options.Names = None,
    task: options.TaskOption = None,
    kind: options.KindOption = None,
    data: options.DataOption = None,
    since: options.SinceOption = None,
    until: options.UntilOption = None,
    by: Annotated[LagBy, typer.Option("--by", help="A row per binding, or per task.")] = (
        LagBy.BINDING
    ),
    top: options.TopOption = None,
    uncommitted: options.UncommittedOption = False,
    binary: options.BinaryOption = False,
    output: options.OutputOption = Output.TEXT,
    as_json: options.JsonOption = False,
    now: options.NowOption = None,
    local: options.LocalOption = False,
    tz: options.ZoneOption = None,
    slack: options.SlackOption = "24h",
    verify: options.VerifyOption = False,
    print_sql: options.PrintSqlOption = False,
    exit_code: options.ExitCodeOption = False,
    color: options.ColorOption = Color.AUTO,
    pager: options.PagerOption = True,
    quiet: options.QuietOption = False,
    verbose: options.VerboseOption = False,
) -> None:
    """Tell how far materializations and derivations are behind their sources, the worst first.

    ops lag acmeCo/ --now last
    """
    from flowctl_ops import engine, relations
    from flowctl_ops.queries import lag as query

    output = Output.JSON if as_json else output
    zone = times.zone(tz, local=local)
    wanted = NameFilter((*(names or ()), *(task or ())))
    with engine.opened() as connection:
        place = relations.Data(options.data_paths(data), times.duration(slack), verify)
        source = relations.Source(connection, place, NameFilter())
        asked = StatsFilter(uncommitted=uncommitted, lag=True)
        newest = relations.Stats(source, asked).newest_ns
        now_ns = times.present(now, zone, newest)
        asked = replace(asked, window=times.window(since, until, now, zone, newest))
        shown = replace(asked, names=wanted, kind=kind)
        if print_sql:
            from flowctl_ops.queries import printed

            typer.echo(printed.lag(shown, now_ns=now_ns, by_task=by is LagBy.TASK, top=top))
            notes.printed(uncommitted=uncommitted)
            return
        counted = relations.Stats(source, asked)
        reader = counted.count()
        counted.check_names(Rows(wanted.names), wanted, reader)
        result = query.lag(
            connection,
            shown,
            now_ns=now_ns,
            by_task=by is LagBy.TASK,
            top=top,
        )
        style = theme.style(color, sys.stdout, zone=zone, binary=binary)
        count = answering.show(result, output, paged=pager, style=style)
        notes.problems(source.account)
        if not quiet:
            notes.account(source.account, asked.window if verbose else None)
            if not count and asked.window.is_open:
                notes.no_lag()
            elif not count:
                notes.nothing_matched(counted.coverage(), (), asked.window, "stats")
    answering.leave(source.account, count, exit_code=exit_code)
