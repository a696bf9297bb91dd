"""`ops stats`: how much moved."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flowctl_ops import notes, options, texts, times
from flowctl_ops.commands import session
from flowctl_ops.errors import UsageError
from flowctl_ops.filters import LogFilter, NameFilter, Rows, StatsFilter, Window
from flowctl_ops.render import Output
from flowctl_ops.render.theme import Color
from flowctl_ops.vocabulary import By, Grain, Level, Sort, Whose

if TYPE_CHECKING:
    from flowctl_ops.queries.stats import StatsQuestion
    from flowctl_ops.relations import Source
    from flowctl_ops.relations.data import Load

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
    no_cache: options.NoCacheOption = False,
    print_sql: options.PrintSqlOption = False,
    exit_code: options.ExitCodeOption = False,
    color: options.ColorOption = Color.AUTO,
    wide: options.WideOption = False,
    pager: options.PagerOption = True,
    quiet: options.QuietOption = False,
    verbose: options.VerboseOption = False,
) -> None:
    """Sum what tasks moved, as Flow's own roll-up does.

    \b
    ops stats acmeCo/ --since 7d --grain daily
    ops stats acmeCo/my/capture --by binding
    ops stats --names collections --sort bytes --top 10
    """  # noqa: D301 - \b is a sign of its own: what follows is laid out already
    from flowctl_ops.queries.stats import StatsQuestion
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
    usual = (Grain.DAILY,) if plot else (Grain.MONTHLY,) if usage else ()
    is_json = settings.output is Output.JSON
    question = StatsQuestion(
        rows=Rows(
            wanted.names, _whose(whose, by, wanted, rollup=rollup), _sort(sort, top), top, kind
        ),
        window=Window(),
        grains=texts.grains(grain) or usual,
        by_binding=by is By.BINDING,
        usage=usage,
        plot=plot,
        rates=(rate_hour, rate_gb),
        documents=is_json and by is None and not (plot or usage),
        for_people=settings.output in (Output.TEXT, Output.MARKDOWN),
    )
    _check(question)
    with session.opened(settings) as opened:
        source, every = _find(opened, question, wanted)
        scope = (
            Logs(LogFilter(names=wanted, kind=kind)),
            Stats(StatsFilter(names=wanted, kind=kind)),
        )
        window = times.window(since, until, now, settings.zone, lambda: source.newest(*scope))
        question = replace(question, window=window)
        if print_sql:
            _check_printable(question)
            data_alone = replace(question, for_people=False)
            opened.print_sql(data_alone.statement(), uncommitted=uncommitted)
            return
        asked = StatsFilter(
            names=NameFilter() if every else wanted,
            kind=None if every and question.rows.whose == Whose.TASKS else kind,
            window=window.widened(question.grains[-1]) if question.grains else window,
            grains=question.grains,
            uncommitted=uncommitted,
            bindings=every or is_json or question.by_binding,
            details=question.documents and bool(question.grains),
        )
        counted = Stats(asked)
        loads: list[Load] = [counted]
        if not question.by_binding:
            logged = LogFilter(asked.names, asked.kind, asked.window, max_rank=Level.WARN.rank)
            loads.append(Logs(logged))

        def load() -> None:
            source.load(*loads, window=asked.window)
            prefixes = not question.rows.of_tasks
            roll_up.show(source, counted, prefixes=prefixes, with_logs=len(loads) > 1)

        load()
        roll_up.check_names(source, counted, question.rows, wanted, load)
        question = replace(question, is_exported=counted.is_exported)
        count = opened.show(question.answer(opened.engine))
        if not quiet and asked.window != window:
            notes.widened(asked.window)

        def nothing() -> None:
            reach = source.reach(scope[1])
            notes.nothing_matched(reach, wanted.names, asked.window, "stats", kind)

        opened.leave(source, count, asked.window, nothing)


def _find(
    opened: session.Session, question: StatsQuestion, wanted: NameFilter
) -> tuple[Source, bool]:
    """Find the files of the tasks that are asked for, of all where others speak of these names."""
    rows = question.rows
    source = opened.find(wanted, rows.kind)
    needs_others = not rows.of_tasks or (
        opened.settings.output is Output.JSON and rows.whose == Whose.TASKS
    )
    every = needs_others and source.may_speak_of_each_other(wanted, of_tasks=rows.of_tasks)
    return (opened.find(NameFilter()) if every and wanted.names else source), every


def _check(question: StatsQuestion) -> None:
    """Refuse shapes that contradict each other, and rows that one can say nothing true of.

    Raises:
        UsageError: naming both.
    """
    rows = question.rows
    if question.by_binding and question.grains:
        message = "--by binding sums the whole time, not buckets of it"
        hint = "leave out --grain, --usage and --plot, or use --names collections"
        raise UsageError(message, hint)
    summed = question.by_binding or rows.whose in (By.KIND, By.TENANT)
    if question.plot and (question.usage or summed or len(question.grains) > 1):
        message = "--plot draws one series: all that was asked for, by one grain"
        raise UsageError(message, "leave out --usage and --by, and give one --grain")
    if question.rates != (None, None) and not question.usage:
        message = "--rate-hour and --rate-gb are prices of --usage"
        raise UsageError(message, "add --usage")
    overlap = rows.whose in {Whose.PREFIXES, Whose.ALL} or (
        rows.whose == "rollup" and len(rows.names) > 1
    )
    if question.plot and overlap:
        message = "--plot adds up names, and prefixes hold what their names hold"
        raise UsageError(message, "plot tasks, collections, or one NAME with --rollup")
    if question.usage and rows.whose == Whose.COLLECTIONS:
        message = "Flow meters tasks, not collections"
        raise UsageError(message, "leave out --names, or ask for prefixes")
    if question.by_binding and rows.sort not in _SORTS_OF_BINDINGS:
        message = f"bindings have no {rows.sort} to be sorted by"
        raise UsageError(message, "sort them by name, bytes, docs or newest")


def _check_printable(question: StatsQuestion) -> None:
    """Refuse to print what depends on how the views are filled.

    Raises:
        UsageError: naming it.
    """
    if question.grains and question.rows.kind is not None and not question.rows.of_tasks:
        message = "catalog_stats knows no --kind, but of tasks"
        raise UsageError(message, "leave out --kind, --grain or whose rows they are")
    if question.grains and question.rows.sort is Sort.NEWEST:
        message = "catalog_stats knows buckets, and not the newest in them"
        raise UsageError(message, "leave out --sort newest or --grain")


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
