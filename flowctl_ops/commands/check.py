"""`ops check`: thresholds, and an exit code for cron and CI."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flowctl_ops import config, notes, options, rules, texts, times
from flowctl_ops.commands import session
from flowctl_ops.errors import ExitCode
from flowctl_ops.filters import LogFilter, NameFilter, StatsFilter
from flowctl_ops.render import csv, findings, json, markdown, text
from flowctl_ops.render.theme import Color
from flowctl_ops.vocabulary import Level

if TYPE_CHECKING:
    from flowctl_ops.render import Renderer
    from flowctl_ops.rules import Rule


class CheckOutput(StrEnum):
    """How findings are printed."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"
    GITHUB = "github"
    JUNIT = "junit"


_RENDERERS: dict[CheckOutput, Renderer] = {
    CheckOutput.TEXT: text.write,
    CheckOutput.JSON: json.write,
    CheckOutput.CSV: csv.write,
    CheckOutput.MARKDOWN: markdown.write,
    CheckOutput.GITHUB: findings.write_github,
    CheckOutput.JUNIT: findings.write_junit,
}


def check(
    names: options.Names = None,
    task: options.TaskOption = None,
    kind: options.KindOption = None,
    data: options.DataOption = None,
    max_failures: Annotated[
        str | None,
        typer.Option("--max-failures", metavar="N/TIME", help="No more than N failures: 3/8h."),
    ] = None,
    max_errors: Annotated[
        str | None,
        typer.Option("--max-errors", metavar="N/TIME", help="No more than N other errors: 0/1h."),
    ] = None,
    stalled: Annotated[
        str | None,
        typer.Option("--stalled", metavar="TIME", help="Not up so long and nothing moved: 2h."),
    ] = None,
    max_lag: Annotated[
        str | None,
        typer.Option("--max-lag", metavar="TIME", help="No binding so far behind its source: 15m."),
    ] = None,
    max_behind: Annotated[
        str | None,
        typer.Option("--max-behind", metavar="BYTES", help="No binding so far behind: 1GB."),
    ] = None,
    max_age: Annotated[
        str | None,
        typer.Option("--max-age", metavar="TIME", help="No newest data older than so: 1h."),
    ] = None,
    rules_file: Annotated[
        Path | None,
        typer.Option("--rules", metavar="FILE", help="TOML with [[check]] tables."),
    ] = None,
    output: Annotated[
        CheckOutput, typer.Option("--output", "-o", help="How to print.")
    ] = CheckOutput.TEXT,
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
    """Tell what is beyond a threshold: exit code 1 if something is, 3 if nothing tells, 0 if not.

    Without a threshold it is Flow's own: three failures in 8 hours.

    \b
    ops check --max-failures 3/8h --max-age 1h
    ops check acmeCo/ --stalled 2h -o github
    ops check --max-lag 15m --max-behind 1GB -o junit
    """  # noqa: D301 - \b is a sign of its own: what follows is laid out already
    from flowctl_ops.queries import check as query
    from flowctl_ops.relations import Logs, Stats, views

    settings = session.Settings(
        data=data,
        slack=slack,
        verify=verify,
        cache=not no_cache,
        zone=times.zone(tz, local=local),
        color=color,
        pager=pager,
        quiet=quiet,
        verbose=verbose,
    )
    wanted = texts.name_filter(names, task)
    given = {
        "max-failures": max_failures,
        "max-errors": max_errors,
        "stalled": stalled,
        "max-lag": max_lag,
        "max-behind": max_behind,
        "max-age": max_age,
    }
    typed = [rules.parsed(name, said) for name, said in given.items() if said is not None]
    asked_rules = rules.together(typed, _of_file(rules_file))
    with session.opened(settings) as opened:
        source = opened.find(NameFilter())  # what others wrote tells how far a binding is behind
        scope = (Logs(LogFilter()), Stats(StatsFilter()))
        now_ns = times.present(now, settings.zone, lambda: source.newest(*scope))
        asked = query.Asked(wanted, kind, asked_rules, now_ns)
        if print_sql:
            opened.print_sql(query.question(asked))
            return
        source.check_names(wanted)
        rank = Level.ERROR.rank if source.names_all_tasks else None
        logs = LogFilter(wanted, kind, asked.window, rank)
        views.load(source, logs, StatsFilter(window=asked.window, bindings=True, documents=True))
        rows = query.verdicts(opened.engine, asked)
        beyond = [row for row in rows if row[0] == query.FINDING]
        unknown = [row for row in rows if row[0] == query.UNKNOWN]
        output = CheckOutput.JSON if as_json else output
        shown = query.result(rows if output is CheckOutput.JUNIT else beyond)
        if output is CheckOutput.TEXT:
            shown = shown.only(query.SHOWN)
        session.show(shown, settings, _RENDERERS[output])
        judged = bool(rows) and not unknown
        if judged and not beyond and not query.saw_any(opened.engine):
            newest = source.again().newest(*scope)
            judged = newest is not None and newest >= (asked.window.since or 0)
            if not judged:
                notes.ended_before(newest)
        if not quiet:
            if judged or beyond or not rows:
                notes.checked(len(rows), len(beyond))
            notes.unknown([(row[1], row[2], row[5]) for row in unknown])
        opened.tell_account(source, asked.window)
        _leave(findings=bool(beyond), judged=judged and source.account.complete)


def _of_file(path: Path | None) -> list[Rule]:
    """Read the rules of a file, else those of the config file."""
    said = config.read() if path is None else config.rules(str(path))
    return rules.of_file(said.check, said.refuse)


def _leave(*, findings: bool, judged: bool) -> None:
    if findings:
        raise typer.Exit(ExitCode.FINDING)
    if not judged:
        raise typer.Exit(ExitCode.DATA)
