"""`ops explain`: why a task failed."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from flowctl_ops import config, notes, options, times
from flowctl_ops.commands import session
from flowctl_ops.errors import UsageError
from flowctl_ops.filters import LogFilter, NameFilter, StatsFilter, Window, is_one_name
from flowctl_ops.render import Output
from flowctl_ops.render.theme import Color
from flowctl_ops.vocabulary import Collection, Level

if TYPE_CHECKING:
    from flowctl_ops.queries.explain import Asked
    from flowctl_ops.relations import Source
    from flowctl_ops.render.sections import Section
    from flowctl_ops.result import Row

_OTHERS_BYTES = 8 << 20  # of other tasks' logs are read without being asked for


def explain(
    task: Annotated[
        str,
        typer.Argument(
            metavar="TASK", help="A task's catalog name.", autocompletion=options.known_names
        ),
    ],
    data: options.DataOption = None,
    since: options.SinceOption = None,
    incident: Annotated[
        int,
        typer.Option("--incident", min=1, metavar="N", help="1 is the newest, 2 the one before."),
    ] = 1,
    every: Annotated[bool, typer.Option("--all", help="Every incident, the newest first.")] = False,
    others: Annotated[
        bool | None,
        typer.Option(
            "--others/--alone",
            help="Look at other tasks, too: who had the same, who reads it. "
            "Without either, where there is little to read.",
        ),
    ] = None,
    output: options.OutputOption = Output.TEXT,
    as_json: options.JsonOption = False,
    now: options.NowOption = None,
    local: options.LocalOption = False,
    tz: options.ZoneOption = None,
    slack: options.SlackOption = "24h",
    verify: options.VerifyOption = False,
    no_cache: options.NoCacheOption = False,
    print_sql: options.PrintSqlOption = False,
    color: options.ColorOption = Color.AUTO,
    pager: options.PagerOption = True,
    quiet: options.QuietOption = False,
    verbose: options.VerboseOption = False,
) -> None:
    """Tell why a task failed: the cause, what it means, what to do, and what was before.

    An incident is failures with no committed transaction between them. --since is 7 days ago.

    \b
    ops explain acmeCo/my/capture --incident 2
    ops explain acmeCo/my/capture --all --since 30d
    ops explain acmeCo/my/capture --json
    """  # noqa: D301 - \b is a sign of its own: what follows is laid out already
    from flowctl_ops import catalogue
    from flowctl_ops.commands import explaining
    from flowctl_ops.queries import explain as query
    from flowctl_ops.relations import Logs, Stats, views

    if not is_one_name(task):
        message = f"{task} is no task's name but a pattern"
        hint = f"ops status {shlex.quote(task)} lists the tasks that match, the worst first"
        raise UsageError(message, hint)
    settings = session.Settings(
        data=data,
        slack=slack,
        verify=verify,
        cache=not no_cache,
        output=Output.JSON if as_json else output,
        zone=times.zone(tz, local=local),
        color=color,
        pager=pager,
        quiet=quiet,
        verbose=verbose,
    )
    known, wanted = catalogue.messages(config.read()), NameFilter((task,))
    with session.opened(settings) as opened:
        catalogue.check_patterns(opened.engine, known)
        source = opened.find(wanted)
        scope = (Logs(LogFilter(names=wanted)), Stats(StatsFilter(names=wanted)))
        now_ns = times.present(now, settings.zone, lambda: source.again().newest(*scope))
        since_ns = times.moment(since or "7d", "--since", now_ns, settings.zone)
        asked = query.Asked(
            task,
            Window(since_ns, now_ns),
            None if every else incident,
            catalogue.as_values(known),
        )
        if print_sql:
            opened.print_sql(query.question(asked))
            return
        source.check_names(wanted)
        alone, source = _with_others(source, asked.views_window, others)
        names = wanted if alone or others is False else NameFilter()
        views.load(
            source,
            LogFilter(names, None, asked.views_window, Level.WARN.rank, notable=True),
            StatsFilter(names, None, asked.views_window, bindings=True, documents=True),
        )
        rows = query.incidents(opened.engine, asked)
        if settings.output is Output.TEXT:
            said = _said(opened, rows, asked)
            half = _missing(lambda: source.again(wanted), wanted, rows, len(said))
            session.tell([*said, *explaining.missing(half)], settings)
        else:
            opened.show(query.result(rows))
        if not quiet:
            notes.alone(alone)

        def nothing() -> None:
            newest = source.again(wanted).newest(*scope)
            if newest is not None and newest < since_ns:
                notes.ended_before(newest)

        opened.leave(source, len(rows), asked.window, nothing)


def _said(opened: session.Session, rows: list[Row], asked: Asked) -> list[Section]:
    """Say what there is to read of incidents, of one that there is not how many there are."""
    from flowctl_ops.commands import explaining
    from flowctl_ops.queries import explain as query

    zone = opened.settings.zone
    if rows:
        return explaining.incidents(rows, zone)
    if asked.number is not None and asked.number > 1:
        count = len(query.incidents(opened.engine, replace(asked, number=None)))
        if count:
            return explaining.too_few(count, asked, zone)
    return explaining.none(query.errors(opened.engine, asked), asked, zone)


def _missing(
    again: Callable[[], Source], names: NameFilter, rows: list[Row], said: int
) -> Collection | None:
    """Tell which half of the data is not there at all, where an answer looks as if it were so.

    Only then are the files looked for `again`.
    """
    from flowctl_ops.commands import explaining
    from flowctl_ops.relations import Logs, Stats

    nothing = (None, None)
    if rows:
        stats = Stats(StatsFilter(names=names))
        lost = not explaining.tells_of_data(rows) and again().reach(stats) == nothing
        return Collection.STATS if lost else None
    lost = said == 1 and again().reach(Logs(LogFilter(names=names))) == nothing
    return Collection.LOGS if lost else None


def _with_others(source: Source, window: Window, wanted: bool | None) -> tuple[int, Source]:
    """Take other tasks' files in: where asked for, else where they are few bytes."""
    if wanted is False:
        return 0, source
    everything = source.again()
    files = everything.choose(Collection.LOGS, window).files
    size = sum(file.size for file in files)
    if wanted or size <= _OTHERS_BYTES:
        return 0, everything
    return size, source
