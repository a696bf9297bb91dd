"""`ops stats`: how much moved."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import typer

from flowctl_ops import notes, options
from flowctl_ops.errors import ExitCode, UsageError
from flowctl_ops.filters import NameFilter, Rows, StatsFilter, TimeRange
from flowctl_ops.render import RENDERERS, Output, stream, theme
from flowctl_ops.render.theme import Color
from flowctl_ops.vocabulary import By, Grain, Sort, Whose

if TYPE_CHECKING:
    from flowctl_ops.engine import Engine
    from flowctl_ops.result import Result


def stats(
    names: options.Names = None,
    task: options.TaskOption = None,
    kind: options.KindOption = None,
    data: options.DataOption = None,
    since: options.SinceOption = None,
    until: options.UntilOption = None,
    grain: options.GrainOption = None,
    whose: options.WhoseOption = Whose.TASKS,
    rollup: options.RollupOption = False,
    by: options.ByOption = None,
    sort: options.SortOption = None,
    top: options.TopOption = None,
    usage: options.UsageOption = False,
    rate_hour: options.RateHourOption = None,
    rate_gb: options.RateGbOption = None,
    plot: options.PlotOption = False,
    uncommitted: options.UncommittedOption = False,
    binary: options.BinaryOption = False,
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
    """Sum what tasks moved, as Flow's own roll-up does.

    ops stats acmeCo/ --since 7d --grain daily
    """
    from flowctl_ops import engine, relations
    from flowctl_ops.queries import stats as query

    output = Output.JSON if as_json else output
    zone = options.zone(tz, local=local)
    given = (*(names or ()), *(task or ()))
    shown = Rows(given, _whose(whose, by, given, rollup=rollup), _sort(sort, top), top)
    grains = options.grains(grain)
    if plot and not grains:
        grains = (Grain.DAILY,)
    if by is By.BINDING and (grains or usage):
        message = "--by binding sums the whole time, not buckets of it"
        raise UsageError(message, "leave out --grain and --usage, or use --names collections")
    with engine.opened() as connection:
        place = relations.Data(options.data_paths(data), options.duration(slack), verify)
        wanted = NameFilter(given)
        source = relations.Source(connection, place, wanted, kind)
        every = _needs_others(shown, output) and source.may_speak_of_each_other(wanted)
        if every:
            source = relations.Source(connection, place, NameFilter())
        asked = StatsFilter(
            names=NameFilter() if every else wanted,
            kind=None if every and shown.whose == Whose.TASKS else kind,
            grains=grains,
            uncommitted=uncommitted,
            collections=every or output is Output.JSON,
            bindings=by is By.BINDING,
            details=bool(grains) and output is Output.JSON and not (usage or plot or by),
        )
        window = options.window(since, until, now, zone, relations.Stats(source, asked).newest_ns)
        asked = replace(asked, window=_whole_buckets(window, grains))
        counted = relations.Stats(source, asked)
        readers = counted.summarize()
        counted.check_names(shown, wanted, *readers)
        query.prepare(connection, asked, replace(shown, kind=kind), window)
        result = (
            query.bindings(connection, shown)
            if by is By.BINDING
            else query.usage(connection, rate_hour=rate_hour, rate_gb=rate_gb)
            if usage
            else query.plot(connection, grains[0])
            if plot
            else _rows(connection, asked, shown, output, window)
        )
        look = theme.look(color, sys.stdout, zone=zone, binary=binary)
        count = None
        with stream.output(paged=pager) as out:
            count = RENDERERS[output](result, out, look)
        if count is None:
            return
        notes.problems(source.account)
        if not quiet:
            if asked.window != window:
                notes.widened(asked.window)
            notes.account(source.account, asked.window if verbose else None)
            if not count:
                notes.nothing_matched(counted.coverage(), given, asked.window, "stats")
    if not source.account.complete:
        raise typer.Exit(ExitCode.DATA)
    if exit_code and not count:
        raise typer.Exit(ExitCode.FINDING)


def _whose(whose: Whose, by: By | None, given: tuple[str, ...], *, rollup: bool) -> str:
    """Say whose rows are asked for; --rollup and --by are answers of their own.

    Raises:
        UsageError: if they contradict each other, or --rollup has no NAME.
    """
    if rollup and (by or whose is not Whose.TASKS):
        message = "--rollup gives a row for each NAME, which --by and --names would cut up"
        raise UsageError(message, "leave out one of them")
    if rollup and not given:
        message = "--rollup wants at least one NAME"
        raise UsageError(message, "a prefix such as acmeCo/ will do")
    if by is not None and whose is not Whose.TASKS:
        message = f"--by {by} sums what tasks moved; --names {whose} asks for other rows"
        raise UsageError(message, "leave out one of them")
    if by in (By.KIND, By.TENANT):
        return str(by)
    return "rollup" if rollup else str(whose)


def _sort(sort: Sort | None, top: int | None) -> Sort:
    """Take what moved most for the first, where only some are asked for."""
    return sort or (Sort.BYTES if top else Sort.NAME)


def _needs_others(shown: Rows, output: Output) -> bool:
    """Tell whether rows hold what tasks say of other names: collections, and who read them."""
    return shown.whose in {*Whose, "rollup"} - {Whose.TASKS} or (
        output is Output.JSON and shown.whose == Whose.TASKS
    )


def _whole_buckets(window: TimeRange, grains: tuple[Grain, ...]) -> TimeRange:
    return window.widened(grains[-1]) if grains else window


def _rows(
    connection: Engine, asked: StatsFilter, shown: Rows, output: Output, window: TimeRange
) -> Result:
    from flowctl_ops.queries import stats as query

    for_people = output in (Output.TEXT, Output.MARKDOWN)
    flow_documents = output is Output.JSON and shown.whose not in {"kind", "tenant"}
    if asked.grains:
        if flow_documents:
            return query.documents(connection)
        return query.series(connection, shown, with_gaps=for_people)
    if flow_documents:
        since, until = (None if ns is None else notes.time(ns) for ns in (window.since, window.until))
        return query.total_documents(connection, shown, since, until)
    return query.totals(connection, asked, shown, with_total=for_people)
