"""`ops logs`: what happened."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import TYPE_CHECKING

import typer

from flowctl_ops import notes, options, times
from flowctl_ops.commands import answering
from flowctl_ops.errors import UsageError
from flowctl_ops.filters import LogFilter, NameFilter
from flowctl_ops.render import Output, theme
from flowctl_ops.render.theme import Color

if TYPE_CHECKING:
    from flowctl_ops.engine import Engine


_MOST = 2**31 - 1  # lines that an answer may have, or be cut to


def logs(
    names: options.Names = None,
    task: options.TaskOption = None,
    kind: options.KindOption = None,
    data: options.DataOption = None,
    since: options.SinceOption = None,
    until: options.UntilOption = None,
    level: options.LevelOption = None,
    grep: options.GrepOption = None,
    invert: options.InvertOption = False,
    where: options.WhereOption = None,
    tail: options.TailOption = None,
    reverse: options.ReverseOption = False,
    after: options.AfterOption = 0,
    before: options.BeforeOption = 0,
    context: options.ContextOption = 0,
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
    """Print the logs of tasks, oldest first, every line once.

    ops logs acmeCo/my/capture --level warn --since 2d
    """
    from flowctl_ops import engine, relations

    if invert and grep is None:
        message = "--invert turns a --grep around, and there is none"
        raise UsageError(message, "add --grep, or leave out --invert")
    asked = LogFilter(
        names=NameFilter((*(names or ()), *(task or ()))),
        kind=kind,
        max_rank=options.level(level) if level is not None else None,
        grep=options.pattern(grep) if grep is not None else None,
        invert=invert,
        where=tuple(map(options.condition, where or ())),
        before=min(max(before, context), _MOST),
        after=min(max(after, context), _MOST),
        tail=None if tail is None else min(tail, _MOST),
        reverse=reverse,
    )
    show = Show(
        output=Output.JSON if as_json else output,
        zone=times.zone(tz, local=local),
        color=color,
        pager=pager,
    )
    with engine.opened() as connection:
        place = relations.Data(options.data_paths(data), times.duration(slack), verify)
        source = relations.Source(connection, place, asked.names, asked.kind)
        window = times.window(since, until, now, show.zone, relations.Logs(source, asked).newest_ns)
        asked = replace(asked, window=window)
        if print_sql:
            from flowctl_ops.queries import printed

            typer.echo(printed.logs(asked))
            return
        matching = relations.Logs(source, asked)
        source.check_names(asked.names, matching.match())
        count = _print(connection, asked, show)
        notes.problems(source.account)
        if not quiet:
            notes.account(source.account, window if verbose else None)
            if not count and asked.tail != 0:
                notes.nothing_matched(
                    matching.coverage(), asked.names.names, window, "logs", asked.kind
                )
    answering.leave(source.account, count, exit_code=exit_code)


@dataclass(frozen=True)
class Show:
    """How the answer is to look."""

    output: Output
    zone: tzinfo
    color: Color
    pager: bool


def _print(connection: Engine, asked: LogFilter, show: Show) -> int:
    """Print the answer; give the number of logs."""
    from flowctl_ops.queries import logs as query

    if show.output is Output.JSON:
        result = query.documents(connection, asked)
    elif show.output is Output.TEXT:
        colored = theme.wants_color(show.color, sys.stdout)
        styles = theme.line_styles(colored=colored)
        result = query.lines(connection, asked, zone=str(show.zone), styles=styles)
    else:
        result = query.rows(connection, asked)
    return answering.show(result, show.output, paged=show.pager)
