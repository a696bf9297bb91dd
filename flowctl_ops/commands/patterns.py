"""`ops patterns`: which messages there are."""

from __future__ import annotations

from functools import cache
from typing import Annotated

import typer

from flowctl_ops import notes, options, texts, times
from flowctl_ops.commands import session
from flowctl_ops.filters import LogFilter
from flowctl_ops.render import Output
from flowctl_ops.render.theme import Color


def patterns(
    names: options.Names = None,
    task: options.TaskOption = None,
    kind: options.KindOption = None,
    data: options.DataOption = None,
    since: options.SinceOption = None,
    until: options.UntilOption = None,
    level: options.LevelOption = None,
    new_since: Annotated[
        str | None,
        typer.Option(
            "--new-since", metavar="TIME", help="Only what was said since then and never before."
        ),
    ] = None,
    top: Annotated[
        int, typer.Option("--top", min=1, max=2**31 - 1, metavar="N", help="The rest in one row.")
    ] = 30,
    wide: options.WideOption = False,
    output: options.OutputOption = Output.TEXT,
    as_json: options.JsonOption = False,
    now: options.NowOption = None,
    local: options.LocalOption = False,
    tz: options.ZoneOption = None,
    slack: options.SlackOption = "24h",
    verify: options.VerifyOption = False,
    no_cache: options.NoCacheOption = False,
    print_sql: options.PrintSqlOption = False,
    exit_code: options.ExitCodeOption = False,
    color: options.ColorOption = Color.AUTO,
    pager: options.PagerOption = True,
    quiet: options.QuietOption = False,
    verbose: options.VerboseOption = False,
) -> None:
    """Count messages by what is alike in them, the most frequent first.

    What differs stands as <num>, <uuid>, <ip>, <time>, <hex>, <quoted>, <url>, <duration>, <size>.

    \b
    ops patterns acmeCo/ --level warn --new-since 1d
    ops patterns acmeCo/my/capture --since monday
    ops patterns --top 100 -o csv
    """  # noqa: D301 - \b is a sign of its own: what follows is laid out already
    from flowctl_ops.queries import patterns as query
    from flowctl_ops.relations import Logs

    settings = session.Settings(
        data=data,
        slack=slack,
        verify=verify,
        cache=not no_cache,
        output=Output.JSON if as_json else output,
        zone=times.zone(tz, local=local),
        color=color,
        pager=pager,
        wide=wide,
        exit_code=exit_code,
        quiet=quiet,
        verbose=verbose,
    )
    wanted = texts.name_filter(names, task)
    rank = texts.level(level) if level is not None else None
    with session.opened(settings) as opened:
        source = opened.find(wanted, kind)
        scope = Logs(LogFilter(names=wanted, kind=kind))
        newest = cache(lambda: source.newest(scope))
        window = times.window(since, until, now, settings.zone, newest)
        new_ns = None
        if new_since is not None:
            now_ns = times.present(now, settings.zone, newest)
            new_ns = times.moment(new_since, "--new-since", now_ns, settings.zone)
        logs = LogFilter(names=wanted, kind=kind, window=window, max_rank=rank)
        asked = query.Asked(logs, top, new_ns)
        if print_sql:
            opened.print_sql(asked.statement())
            return
        source.check_names(wanted)
        source.load(Logs(logs), window=window)
        count = opened.show(asked.answer(opened.engine))

        def nothing() -> None:
            if new_ns is not None:
                notes.nothing_new(new_ns)
            else:
                notes.nothing_matched(source.reach(scope), wanted.names, window, "logs", kind)

        opened.leave(source, count, window, nothing)
