"""`ops lag`: how far behind."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from math import inf
from typing import Annotated

import typer

from flowctl_ops import notes, options, texts, times
from flowctl_ops.commands import session
from flowctl_ops.filters import LogFilter, NameFilter, Rows, StatsFilter
from flowctl_ops.render import Output
from flowctl_ops.render.theme import Color
from flowctl_ops.result import Result, Row


class _Ages:
    """Passes an answer on, and keeps how long ago in seconds its newest document was."""

    def __init__(self, answer: Result) -> None:
        self.least: float | None = None
        self.result = Result(answer.columns, self._passed(answer))

    def _passed(self, answer: Result) -> Iterator[list[Row]]:
        at = [column.name for column in answer.columns].index("age_seconds")
        for batch in answer.batches:
            self.least = min([*(float(row[at]) for row in batch), self.least or inf])
            yield batch


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
    no_cache: options.NoCacheOption = False,
    print_sql: options.PrintSqlOption = False,
    exit_code: options.ExitCodeOption = False,
    color: options.ColorOption = Color.AUTO,
    wide: options.WideOption = False,
    pager: options.PagerOption = True,
    quiet: options.QuietOption = False,
    verbose: options.VerboseOption = False,
) -> None:
    """Tell how far materializations and derivations are behind their sources, the worst first.

    behind is what is still to be read, time how much newer its source is, last txn how long ago the
    last transaction was. What Flow did not say is a dash; a row is ranked by what it did.

    \b
    ops lag acmeCo/ --now last
    ops lag --by task --top 5
    ops lag acmeCo/warehouse/postgres --json
    """  # noqa: D301 - \b is a sign of its own: what follows is laid out already
    from flowctl_ops.queries import lag as query
    from flowctl_ops.relations import Logs, Stats, roll_up

    settings = session.Settings(
        data=data,
        slack=slack,
        verify=verify,
        cache=not (no_cache or uncommitted),
        output=Output.JSON if as_json else output,
        zone=times.zone(tz, local=local),
        color=color,
        pager=pager,
        wide=wide,
        binary=binary,
        exit_code=exit_code,
        quiet=quiet,
        verbose=verbose,
    )
    wanted = texts.name_filter(names, task)
    by_task = by is LagBy.TASK
    with session.opened(settings) as opened:
        source = opened.find(NameFilter())  # whose collections others publish to
        scope = (Logs(LogFilter()), Stats(StatsFilter()))
        newest = cache(lambda: source.newest(*scope))
        now_ns = times.present(now, settings.zone, newest)
        window = times.window(since, until, now, settings.zone, newest)
        shown = StatsFilter(wanted, kind, window)
        if print_sql:
            statement = query.question(shown, now_ns=now_ns, by_task=by_task, top=top)
            opened.print_sql(statement, uncommitted=uncommitted)
            return
        counted = Stats(StatsFilter(window=window, uncommitted=uncommitted, bindings=True))

        def load() -> None:
            source.load(counted, window=window)
            roll_up.show(source, counted, prefixes=False, with_logs=False)

        load()
        roll_up.check_names(source, counted, Rows(wanted.names), wanted, load)
        statement = query.question(
            shown, now_ns=now_ns, by_task=by_task, top=top, is_exported=counted.is_exported
        )
        answer = Result(query.columns(by_task=by_task), opened.engine.ask(statement))
        ages = _Ages(answer)
        count = opened.show(ages.result)
        if now is None and not quiet:
            notes.old_data(ages.least)

        def nothing() -> None:
            if window.is_open:
                notes.no_lag()
            else:
                notes.nothing_matched(source.reach(scope[1]), (), window, "stats")

        opened.leave(source, count, window, nothing)
