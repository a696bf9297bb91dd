"""`ops status`: how every task is."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from flowctl_ops import notes, options, texts, times
from flowctl_ops.commands import session
from flowctl_ops.filters import LogFilter, NameFilter, StatsFilter, Window
from flowctl_ops.render import Output, cells, theme
from flowctl_ops.render.theme import Color
from flowctl_ops.vocabulary import Collection, Level, Unit

if TYPE_CHECKING:
    from flowctl_ops.queries.status import Asked
    from flowctl_ops.relations import Source
    from flowctl_ops.result import Result, Row
    from flowctl_ops.vocabulary import TaskKind

_HOURS = 48  # up to which a window is said in hours


def status(
    names: options.Names = None,
    task: options.TaskOption = None,
    kind: options.KindOption = None,
    data: options.DataOption = None,
    since: options.SinceOption = None,
    watch: options.WatchOption = False,
    binary: options.BinaryOption = False,
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
    """Tell how every task is, the worst first, over the last 24 hours or --since.

    FAILING: the newest of a failure and a committed transaction is a failure, in any shard; or
    three failures of the newest build in 8 hours, the last of them less than 2 hours ago.

    STALLED: up, yet it read and wrote nothing in the window, and it is older than the window.

    SILENT: neither uptime nor a document in the window, though seen before.

    DEGRADED: failures or errors in the window, and it moves on.

    UNKNOWN: its logs or its stats are missing, so that nothing tells. HEALTHY: all else.

    \b
    ops status --since 2d
    ops status acmeCo/my/capture
    ops status --watch
    """  # noqa: D301 - \b is a sign of its own: what follows is laid out already
    settings = session.Settings(
        data=data,
        slack=slack,
        verify=verify,
        cache=not (no_cache or watch),
        output=Output.JSON if as_json else output,
        zone=times.zone(tz, local=local),
        color=color,
        pager=pager,
        binary=binary,
        quiet=quiet,
        verbose=verbose,
    )
    if watch:
        from flowctl_ops.commands import watching

        watching.check(data, settings.output, print_sql=print_sql)
    wanted = _Wanted(texts.name_filter(names, task), kind, since, now)
    with session.opened(settings) as opened:
        if print_sql:
            from flowctl_ops.queries import status as query

            source, asked = _asked(opened, wanted)
            may_be_exported = not source.has_journals_of(Collection.STATS)
            opened.print_sql(query.question(replace(asked, exported=may_be_exported)))
        elif watch:
            watching.run(data, lambda: _drawn(opened, wanted))
        else:
            source, asked = _asked(opened, wanted)
            rows, result = _answer(opened, wanted, source, asked)
            count = opened.show(result)
            _tell(rows, settings)
            opened.leave(source, count, asked.window, lambda: None)


@dataclass(frozen=True)
class _Wanted:
    """What was typed: whose states, and of which time."""

    names: NameFilter
    kind: TaskKind | None
    since: str | None
    now: str | None


def _asked(opened: session.Session, wanted: _Wanted) -> tuple[Source, Asked]:
    """Find the files, and read which time is asked about."""
    from flowctl_ops.queries import status as query
    from flowctl_ops.relations import Logs, Stats

    zone = opened.settings.zone
    source = opened.find(NameFilter())  # what others wrote tells whether a task stalls
    scope = (Logs(LogFilter()), Stats(StatsFilter()))
    now_ns = times.present(wanted.now, zone, lambda: source.newest(*scope))
    since_ns = times.moment(wanted.since or "24h", "--since", now_ns, zone)
    asked = query.Asked(wanted.names, wanted.kind, Window(since_ns, now_ns), str(zone))
    asked.check()
    return source, asked


def _answer(
    opened: session.Session, wanted: _Wanted, source: Source, asked: Asked
) -> tuple[list[Row], Result]:
    """Give the states, and how they are shown."""
    from flowctl_ops.commands import detailing
    from flowctl_ops.queries import status as query

    settings = opened.settings
    source.check_names(wanted.names)
    rows = _states(source, asked)
    result = query.result(_shown(rows, settings.output))
    result = result.only(query.SHOWN) if settings.output is Output.TEXT else result
    if wanted.names.one_task() and len(rows) == 1:
        more = query.detail(opened.engine, asked, rows[0][1])
        if settings.output is Output.TEXT:
            style = theme.style(
                settings.color, sys.stdout, zone=settings.zone, binary=settings.binary
            )
            result = replace(result, below=(*detailing.lines(more, style), ""))
        else:
            result = query.detailed(rows[0], more)
    above = _summary(rows, asked.window, settings.zone)
    return rows, replace(result, above=above, then=_next(rows))


def _tell(rows: list[Row], settings: session.Settings) -> None:
    if not settings.quiet:
        notes.no_states(len(rows), silent=all(row[0] == "silent" for row in rows))


def _drawn(opened: session.Session, wanted: _Wanted) -> bytes:
    """Give the states as they are by now, for a screen; what is noticed goes to stderr."""
    source, asked = _asked(opened, wanted)
    rows, result = _answer(opened, wanted, source, asked)
    drawn = session.drawn(result, opened.settings)
    _tell(rows, opened.settings)
    opened.tell_account(source, asked.window)
    return drawn


def _states(source: Source, asked: Asked) -> list[Row]:
    """Judge every task by few logs, and by all of them the tasks that those do not tell of.

    Of a silent one the newest that there is, however old, says since when.
    """
    from flowctl_ops.queries import status as query
    from flowctl_ops.relations import earlier

    if source.names_all_tasks and not asked.names.one_task():
        rows = _judged(source, asked, Level.ERROR.rank)
        if whose := _whose(rows, "silent", "unknown"):
            again = _judged(source.again(whose), replace(asked, names=whose), None)
            rows = query.replaced(rows, again)
    else:
        earlier.learn_names(source)
        rows = _judged(source, asked, None)
    if whose := _whose(rows, "silent"):
        newest = earlier.newest(source, whose)
        rows = query.replaced(rows, _judged(newest, replace(asked, names=whose), None, ever=True))
    return rows


def _whose(rows: list[Row], *states: str) -> NameFilter | None:
    """Name the tasks that are in some states; None where none is."""
    tasks = sorted(row[1] for row in rows if row[0] in states)
    return NameFilter(tuple(tasks)) if tasks else None


def _judged(source: Source, asked: Asked, rank: int | None, *, ever: bool = False) -> list[Row]:
    """Judge tasks by logs of a level and worse, or all; `ever`: of any time."""
    from flowctl_ops.queries import status as query
    from flowctl_ops.relations import views

    of_logs, of_stats = asked.logs_window, asked.stats_window
    if ever:
        of_logs, of_stats = (replace(window, since=None) for window in (of_logs, of_stats))
    logs = LogFilter(asked.names, asked.kind, of_logs, rank, notable=rank is not None)
    stats = StatsFilter(window=of_stats, bindings=True, documents=True)
    exported = views.load(source, logs, stats)
    return query.states(source.engine, replace(asked, exported=exported))


def _shown(rows: list[Row], output: Output) -> list[Row]:
    """Leave out, where people read of many tasks, what those that are well say of themselves."""
    if output is not Output.TEXT or len(rows) == 1:
        return rows
    return [(*row[:-1], None) if row[0] == "healthy" else row for row in rows]


def _summary(rows: list[Row], window: Window, zone: tzinfo) -> tuple[str, ...]:
    """Say in a line how many tasks are in which state, and of which time."""
    from flowctl_ops.queries import status as query

    if not rows:
        return ()
    states = ", ".join(f"{count} {state}" for state, count in query.count_states(rows).items())
    until = (window.until or 0) // 1_000_000_000
    length = _length(until - (window.since or 0) // 1_000_000_000)
    moment = datetime.fromtimestamp(until, zone)
    tasks = "1 task" if len(rows) == 1 else f"{len(rows)} tasks"
    name = f" {moment:%Z}".replace(" UTC", "Z")
    return (f"{tasks}, {length} to {moment:%Y-%m-%d %H:%M}{name}: {states}",)


def _length(seconds: int) -> str:
    """Write how long a window is: hours as long as people count in them."""
    hours, rest = divmod(seconds, 3600)
    return f"{hours}h" if hours <= _HOURS and not rest else cells.text(seconds, Unit.SECONDS)


def _next(rows: list[Row]) -> str:
    """Name the command to type next: about the worst task, where one is not well."""
    state, task = rows[0][:2] if rows else ("healthy", "")
    command = {
        "failing": "ops explain {}",
        "degraded": "ops explain {}",
        "stalled": "ops status {}" if len(rows) > 1 else "ops lag {}",
        "silent": "ops logs {} --tail 20",
        "unknown": "ops doctor",
    }.get(state)
    return f"next: {command.format(shlex.quote(task))}" if command else ""
