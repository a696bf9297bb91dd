"""`ops logs`: what happened."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from flowctl_ops import catalogue, config, notes, options, texts, times
from flowctl_ops.commands import session
from flowctl_ops.errors import UsageError
from flowctl_ops.filters import LogFilter
from flowctl_ops.render import Output, theme
from flowctl_ops.render.theme import Color
from flowctl_ops.result import Result

if TYPE_CHECKING:
    from flowctl_ops.queries.logs import Look

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
    grep_all: options.GrepAllOption = None,
    invert: options.InvertOption = False,
    where: options.WhereOption = None,
    explain: options.ExplainOption = False,
    tail: options.TailOption = None,
    follow: options.FollowOption = False,
    exit_after: options.ExitAfterOption = None,
    until_match: options.UntilMatchOption = None,
    reverse: options.ReverseOption = False,
    after: options.AfterOption = 0,
    before: options.BeforeOption = 0,
    context: options.ContextOption = 0,
    fields: options.FieldsOption = None,
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
    """Print the logs of tasks, oldest first, every line once.

    \b
    ops logs acmeCo/my/capture --level warn --since 2d
    ops logs acmeCo/ --grep 'shard failed' -C 3
    ops logs acmeCo/my/capture --tail 20 --follow
    """  # noqa: D301 - \b is a sign of its own: what follows is laid out already
    from flowctl_ops.queries import logs as query
    from flowctl_ops.relations import Logs

    if invert and grep is None and grep_all is None:
        message = "--invert turns a --grep around, and there is none"
        raise UsageError(message, "add --grep, or leave out --invert")
    asked = LogFilter(
        names=texts.name_filter(names, task),
        kind=kind,
        max_rank=texts.level(level) if level is not None else None,
        grep=texts.pattern(grep) if grep is not None else None,
        grep_all=texts.pattern(grep_all) if grep_all is not None else None,
        invert=invert,
        where=tuple(map(texts.condition, where or ())),
        before=min(max(before, context), _MOST),
        after=min(max(after, context), _MOST),
        tail=None if tail is None else min(tail, _MOST),
        reverse=reverse,
    )
    chosen = texts.fields(fields)
    settings = session.Settings(
        data=data,
        slack=slack,
        verify=verify,
        cache=not (no_cache or follow),
        output=Output.JSON if as_json else output,
        zone=times.zone(tz, local=local),
        color=color,
        wide=wide,
        pager=pager and not follow,
        at_end=tail is not None and not reverse,
        exit_code=exit_code,
        quiet=quiet,
        verbose=verbose,
    )
    if explain and settings.output is not Output.TEXT:
        message = "--explain says what lines of text mean"
        raise UsageError(message, "leave out --explain, or the format")
    if follow or exit_after is not None or until_match is not None:
        from flowctl_ops.commands import following

        until_what = following.ends(exit_after, until_match, follow=follow)
        following.check(asked, print_sql=print_sql)
    known = catalogue.messages(config.read()) if explain else []
    with session.opened(settings) as opened:
        catalogue.check_patterns(opened.engine, known)
        styles = theme.line_styles(colored=theme.wants_color(color, sys.stdout))
        look = query.Look(
            str(settings.zone), styles, chosen, wide, sys.stdout.isatty(), known, follow
        )
        followed = opened.follow(asked.names, asked.kind) if follow else None
        source = followed.first() if followed else opened.find(asked.names, asked.kind)
        scope = Logs(LogFilter(names=asked.names, kind=asked.kind))
        window = times.window(since, until, now, settings.zone, lambda: source.newest(scope))
        asked = replace(asked, window=window)
        if print_sql:
            opened.print_sql(query.rows(asked, documents=settings.output is Output.JSON))
            return
        answer = partial(_answer, opened, look=look)
        if followed:
            following.Following(opened, asked, until_what, answer, followed).run(source)
            return
        source.check_names(asked.names)
        source.load(Logs(asked), window=window)
        count = opened.show(answer(asked))

        def nothing() -> None:
            if asked.tail != 0:
                reach = source.reach(scope)
                notes.nothing_matched(reach, asked.names.names, window, "logs", asked.kind)

        opened.leave(source, count, window, nothing)


def _answer(opened: session.Session, asked: LogFilter, look: Look) -> Result:
    """Give the answer in the shape that its format wants."""
    from flowctl_ops.queries import logs as query

    settings = opened.settings
    if settings.output is not Output.TEXT:
        return query.answer(opened.engine, asked, documents=settings.output is Output.JSON)
    return query.lines(opened.engine, asked, look)
