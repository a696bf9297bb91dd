"""`ops doctor`: what the data covers, and what is wrong in it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flowctl_ops import options, texts, times
from flowctl_ops.commands import session
from flowctl_ops.filters import LogFilter, StatsFilter, Window
from flowctl_ops.render import Output
from flowctl_ops.render.theme import Color
from flowctl_ops.vocabulary import Collection

if TYPE_CHECKING:
    from flowctl_ops.relations import Account
    from flowctl_ops.result import Row


def doctor(
    names: options.Names = None,
    task: options.TaskOption = None,
    data: options.DataOption = None,
    output: options.OutputOption = Output.TEXT,
    as_json: options.JsonOption = False,
    now: options.NowOption = None,
    local: options.LocalOption = False,
    tz: options.ZoneOption = None,
    slack: options.SlackOption = "24h",
    verify: options.VerifyOption = False,
    print_sql: options.PrintSqlOption = False,
    color: options.ColorOption = Color.AUTO,
    pager: options.PagerOption = True,
    quiet: options.QuietOption = False,
    verbose: options.VerboseOption = False,
) -> None:
    """Tell what the data covers and what is wrong in it: holes, copies, what cannot be read.

    Exit code 3 if something cannot be read. All of the data is read, with --verify every byte.

    \b
    ops doctor --verify
    ops doctor acmeCo/my/capture
    ops doctor --json --now last
    """  # noqa: D301 - \b is a sign of its own: what follows is laid out already
    from flowctl_ops.queries import doctor as query
    from flowctl_ops.relations import Logs, Stats, views

    settings = session.Settings(
        data=data,
        slack=slack,
        verify=verify,
        output=Output.JSON if as_json else output,
        zone=times.zone(tz, local=local),
        color=color,
        pager=pager,
        quiet=quiet,
        verbose=verbose,
    )
    wanted = texts.name_filter(names, task)
    with session.opened(settings) as opened:
        source = opened.find(wanted)
        scope = (Logs(LogFilter(names=wanted)), Stats(StatsFilter(names=wanted)))
        now_ns = times.present(now, settings.zone, lambda: source.newest(*scope))
        if print_sql:
            may_be_exported = not source.has_journals_of(Collection.STATS)
            opened.print_sql(query.question(wanted, now_ns, exported=may_be_exported))
            return
        source.check_names(wanted)
        stats = StatsFilter(names=wanted, documents=True)
        exported = views.load(source, LogFilter(names=wanted), stats)
        asked = query.question(wanted, now_ns, exported=exported)
        rows = query.coverage(opened.engine, asked)
        said = _account(source.account, rows, query.passed_over(opened.engine))
        if settings.output is Output.TEXT:
            below = ("", *said) if said else ()
            result = replace(query.result(rows).only(query.SHOWN), below=below)
        else:
            result = query.result([*rows, *map(query.of_no_task, said)])
        opened.show(result)
        opened.leave(source, len(rows), Window(), lambda: None)


def _account(read: Account, rows: list[Row], passed: list[Row]) -> list[str]:
    """Say what concerns no single task, and what all have of copies, a line each."""
    from flowctl_ops.queries import doctor as query

    not_committed = query.total(rows, "rolled_back") + query.total(rows, "uncommitted")
    unread = len(read.problems) + read.more_bad_lines
    copies = {which: query.total(rows, "copies", which) for which in ("logs", "stats")}
    said = [
        (not_committed, "stats document{s} rolled back or not committed: none of them counts"),
        (copies["logs"], "cop{ies} of logs that stand before: each counts once"),
        (copies["stats"], "cop{ies} of stats documents that stand before: each counts once"),
        (read.twofold, "stats document{s} with the UUID of one of other content"),
        (read.unmarked, "stats document{s} without a UUID beside journals of the same tasks"),
        (sum(read.nameless.values()), "document{s} of no task"),
        (sum(read.untimed.values()), "document{s} without a readable time"),
        (read.exported, "document{s} of Flow's own roll-up, beside the stats that it is made of"),
        (read.unfinished_lines, "last line{s} still being written"),
        (unread, "thing{s} that could not be read, named below"),
        (len(read.conflicts), "conflict{s} between fragments of the same bytes"),
    ]
    one, many = {"s": "", "ies": "y"}, {"s": "s", "ies": "ies"}
    lines = [
        f"{count:,} {what.format(**(one if count == 1 else many))}" for count, what in said if count
    ]
    for reason, files, _, path in passed:
        lines.append(f"{files:,} file{'' if files == 1 else 's'} passed over: {reason} ({path})")
    return lines
