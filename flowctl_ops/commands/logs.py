"""`ops logs`: what happened."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import TYPE_CHECKING

import typer

from flowctl_ops import notes, options
from flowctl_ops.errors import ExitCode
from flowctl_ops.filters import LogFilter, NameFilter, TimeRange
from flowctl_ops.render import RENDERERS, Output, stream, theme
from flowctl_ops.render.theme import Color

if TYPE_CHECKING:
    from flowctl_ops.engine import Engine
    from flowctl_ops.relations import Data, Logs


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
        zone=options.zone(tz, local=local),
        color=color,
        pager=pager,
    )
    with engine.opened() as connection:
        source = relations.Data(options.data_paths(data), options.duration(slack), verify)
        window = _window(connection, source, asked, (since, until, now), show)
        asked = replace(asked, window=window)
        matching = relations.Logs(connection, source, asked)
        matching.match()
        count = _print(connection, asked, show)
        if count is None:
            return
        notes.problems(matching.account)
        if not quiet:
            _narrate(matching, asked, count, verbose=verbose)
    if not matching.account.complete:
        raise typer.Exit(ExitCode.DATA)
    if exit_code and not count:
        raise typer.Exit(ExitCode.FINDING)


@dataclass(frozen=True)
class Show:
    """How the answer is to look."""

    output: Output
    zone: tzinfo
    color: Color
    pager: bool


def _window(
    connection: Engine,
    source: Data,
    asked: LogFilter,
    texts: tuple[str | None, str | None, str | None],
    show: Show,
) -> TimeRange:
    """Resolve --since, --until and --now; `last` reads the newest log's time from the data."""
    from flowctl_ops.relations import Logs

    since, until, now_text = texts
    now = options.wall_clock()
    if now_text is not None and now_text != "last":
        now = options.moment(now_text, "--now", now, show.zone)
    if since is None and until is None:
        return TimeRange()
    if now_text == "last":
        now = Logs(connection, source, asked).newest_ns() or now
    return TimeRange(
        None if since is None else options.moment(since, "--since", now, show.zone),
        None if until is None else options.moment(until, "--until", now, show.zone),
    )


def _print(connection: Engine, asked: LogFilter, show: Show) -> int | None:
    """Print the answer; give the number of logs, None if the reader left the pager before."""
    from flowctl_ops.queries import logs as query

    if show.output is Output.JSON:
        result = query.documents(connection, asked)
    elif show.output is Output.TEXT:
        colored = theme.wants_color(show.color, sys.stdout)
        styles = theme.line_styles(colored=colored)
        result = query.lines(connection, asked, zone=str(show.zone), styles=styles)
    else:
        result = query.rows(connection, asked)
    with stream.output(paged=show.pager) as out:
        return RENDERERS[show.output](result, out)
    return None


def _narrate(matching: Logs, asked: LogFilter, count: int, *, verbose: bool) -> None:
    if verbose:
        notes.window(asked.window)
    notes.account(matching.account, verbose=verbose)
    if not count and asked.tail != 0:
        notes.nothing_matched(matching.coverage(), asked.names.names, asked.window)
