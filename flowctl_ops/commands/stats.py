"""`ops stats`: how much moved."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import typer

from flowctl_ops import notes, options, times
from flowctl_ops.commands import answering
from flowctl_ops.errors import UsageError
from flowctl_ops.filters import NameFilter, Rows, StatsFilter, TimeRange
from flowctl_ops.render import Output, theme
from flowctl_ops.render.theme import Color
from flowctl_ops.vocabulary import By, Grain, Sort, Whose

if TYPE_CHECKING:
    from flowctl_ops.relations import Stats
    from flowctl_ops.result import Result

_SORTS_OF_BINDINGS = (Sort.NAME, Sort.BYTES, Sort.DOCS, Sort.NEWEST)


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
    print_sql: options.PrintSqlOption = False,
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

    output = Output.JSON if as_json else output
    zone = times.zone(tz, local=local)
    wanted = NameFilter((*(names or ()), *(task or ())))
    usual = (Grain.DAILY,) if plot else (Grain.MONTHLY,) if usage else ()
    grains = options.grains(grain) or usual
    rows_of = _whose(whose, by, wanted, rollup=rollup)
    shown = Rows(wanted.names, rows_of, _sort(sort, top), top, kind)
    drawing = Drawing(output, by, grains, plot=plot, usage=usage, rates=(rate_hour, rate_gb))
    drawing.check()
    _check_rows(shown, drawing)
    with engine.opened() as connection:
        place = relations.Data(options.data_paths(data), times.duration(slack), verify)
        source = relations.Source(connection, place, wanted, kind)
        every = _needs_others(shown, output) and source.may_speak_of_each_other(
            wanted, of_tasks=shown.of_tasks
        )
        if every:
            source = relations.Source(connection, place, NameFilter())
        asked = StatsFilter(
            names=NameFilter() if every else wanted,
            kind=None if every and shown.whose == Whose.TASKS else kind,
            grains=grains,
            uncommitted=uncommitted,
            collections=every or output is Output.JSON,
            bindings=by is By.BINDING,
            details=drawing.is_flows_own,
        )
        window = times.window(since, until, now, zone, relations.Stats(source, asked).newest_ns)
        asked = replace(asked, window=window.widened(grains[-1]) if grains else window)
        if print_sql:
            _print_statement(shown, drawing, asked, window)
            notes.printed(uncommitted=uncommitted)
            return
        counted = relations.Stats(source, asked)
        readers = counted.summarize()
        counted.check_names(shown, wanted, *readers)
        result = _result(counted, asked, shown, drawing, window)
        style = theme.style(color, sys.stdout, zone=zone, binary=binary)
        count = answering.show(result, output, paged=pager, style=style)
        notes.problems(source.account)
        if not quiet:
            if asked.window != window:
                notes.widened(asked.window)
            notes.account(source.account, asked.window if verbose else None)
            if not count:
                notes.nothing_matched(counted.coverage(), wanted.names, asked.window, "stats", kind)
    answering.leave(source.account, count, exit_code=exit_code)


def _check_rows(shown: Rows, drawing: Drawing) -> None:
    """Refuse rows that a shape can say nothing true of.

    Raises:
        UsageError: naming both.
    """
    overlap = shown.whose in {Whose.PREFIXES, Whose.ALL} or (
        shown.whose == "rollup" and len(shown.names) > 1
    )
    if drawing.plot and overlap:
        message = "--plot adds up names, and prefixes hold what their names hold"
        raise UsageError(message, "plot tasks, collections, or one NAME with --rollup")
    if drawing.usage and shown.whose == Whose.COLLECTIONS:
        message = "Flow meters tasks, not collections"
        raise UsageError(message, "leave out --names, or ask for prefixes")
    if drawing.by is By.BINDING and shown.sort not in _SORTS_OF_BINDINGS:
        message = f"bindings have no {shown.sort} to be sorted by"
        raise UsageError(message, "sort them by name, bytes, docs or newest")


@dataclass(frozen=True)
class Drawing:
    """In which shape the sums are to be shown."""

    output: Output
    by: By | None
    grains: tuple[Grain, ...]
    plot: bool
    usage: bool
    rates: tuple[float | None, float | None]

    @property
    def is_flows_own(self) -> bool:
        """Tell whether the answer is the documents of Flow's roll-up."""
        other = self.plot or self.usage or self.by is not None
        return self.output is Output.JSON and bool(self.grains) and not other

    def check(self) -> None:
        """Refuse shapes that contradict each other.

        Raises:
            UsageError: naming them.
        """
        if self.by is By.BINDING and self.grains:
            message = "--by binding sums the whole time, not buckets of it"
            raise UsageError(
                message, "leave out --grain, --usage and --plot, or use --names collections"
            )
        if self.plot and (self.usage or self.by is not None or len(self.grains) > 1):
            message = "--plot draws one series: all that was asked for, by one grain"
            raise UsageError(message, "leave out --usage and --by, and give one --grain")
        if self.rates != (None, None) and not self.usage:
            message = "--rate-hour and --rate-gb are prices of --usage"
            raise UsageError(message, "add --usage")


def _result(
    counted: Stats, asked: StatsFilter, shown: Rows, drawing: Drawing, window: TimeRange
) -> Result:
    from flowctl_ops.queries import stats as query

    connection, output = counted.engine, drawing.output
    query.prepare(counted, asked, shown, window)
    for_people = output in (Output.TEXT, Output.MARKDOWN)
    if drawing.by is By.BINDING:
        return query.bindings(connection, shown)
    if drawing.usage:
        return query.usage(connection, rates=drawing.rates)
    if drawing.plot:
        return query.plot(connection, drawing.grains[0])
    if drawing.grains:
        own = drawing.is_flows_own
        return query.documents(connection) if own else query.series(connection, shown, for_people)
    if output is Output.JSON and drawing.by is None:
        bounds = (window.since, window.until)
        since, until = (None if ns is None else notes.time(ns) for ns in bounds)
        return query.total_documents(connection, shown, since, until)
    return query.totals(connection, asked, shown, with_total=for_people)


def _print_statement(shown: Rows, drawing: Drawing, asked: StatsFilter, window: TimeRange) -> None:
    """Print the statement of the rows; what no view holds cannot be in one.

    Raises:
        UsageError: naming that.
    """
    from flowctl_ops.queries import printed

    if asked.grains and shown.kind is not None and not shown.of_tasks:
        message = "catalog_stats knows no --kind, but of tasks"
        raise UsageError(message, "leave out --kind, --grain or whose rows they are")
    if asked.grains and shown.sort is Sort.NEWEST:
        message = "catalog_stats knows buckets, and not the newest in them"
        raise UsageError(message, "leave out --sort newest or --grain")
    shape = printed.Shape(drawing.by is By.BINDING, drawing.usage, drawing.plot, drawing.rates)
    typer.echo(printed.stats(shown, asked, window, shape))


def _whose(whose: Whose, by: By | None, wanted: NameFilter, *, rollup: bool) -> str:
    """Say whose rows are asked for; --rollup and --by are answers of their own.

    Raises:
        UsageError: if they contradict each other, or --rollup has no NAME.
    """
    if rollup and (by or whose is not Whose.TASKS):
        message = "--rollup gives a row for each NAME, which --by and --names would cut up"
        raise UsageError(message, "leave out one of them")
    if rollup and not wanted.names:
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
    return not shown.of_tasks or (output is Output.JSON and shown.whose == Whose.TASKS)
