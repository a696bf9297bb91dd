"""`ops sql`: the views, read-only."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from flowctl_ops import options, times
from flowctl_ops.commands import session
from flowctl_ops.errors import OutOfRoom, QueryFailed, StatementFailed, UsageError
from flowctl_ops.render import Output
from flowctl_ops.render.theme import Color

_CANDIDATES, _PLACE = 5, 2  # lines of a reason that are shown


def sql(
    statement: Annotated[
        str | None, typer.Argument(metavar="QUERY", help="One SELECT; else read from stdin.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--file", "-f", metavar="FILE", help="Read it from a file.")
    ] = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="List the views and what their columns mean.")
    ] = False,
    data: options.DataOption = None,
    since: options.SinceOption = None,
    until: options.UntilOption = None,
    uncommitted: options.UncommittedOption = False,
    output: options.OutputOption = Output.TEXT,
    as_json: options.JsonOption = False,
    now: options.NowOption = None,
    local: options.LocalOption = False,
    tz: options.TypedZoneOption = None,
    slack: options.SlackOption = "24h",
    verify: options.VerifyOption = False,
    no_cache: options.NoCacheOption = False,
    exit_code: options.ExitCodeOption = False,
    color: options.ColorOption = Color.AUTO,
    wide: options.WideOption = False,
    pager: options.PagerOption = True,
    quiet: options.QuietOption = False,
    verbose: options.VerboseOption = False,
) -> None:
    """Ask the views of logs and stats in SQL: each document is in them once.

    \b
    ops sql "FROM failures ORDER BY ts"
    ops sql "FROM bindings WHERE bytes_behind > 1e9" --since 1d
    ops stats --grain daily --print-sql | ops sql -o csv
    """  # noqa: D301 - \b is a sign of its own: what follows is laid out already
    from flowctl_ops.filters import NameFilter
    from flowctl_ops.queries import schema as columns
    from flowctl_ops.queries import sql as query
    from flowctl_ops.relations import views

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
        exit_code=exit_code,
        quiet=quiet,
        verbose=verbose,
    )
    if schema:
        session.show(columns.schema(), settings)
        return
    question = _text(statement, file)
    if views.asks_what_is_left_out(question):
        settings = replace(settings, cache=False)
    if not question.strip(" \t\r\n;"):
        message = "there is no statement"
        raise UsageError(message, 'write it behind ops sql: "FROM logs LIMIT 5", say')
    with session.opened(settings) as opened:
        source = opened.find(NameFilter())
        window = times.window(since, until, now, settings.zone, lambda: views.newest(source))
        views.show(source, question, window, uncommitted=uncommitted)
        try:
            is_json = settings.output is Output.JSON
            count = opened.show(query.answer(opened.engine, question, as_json=is_json))
        except QueryFailed as error:
            is_small = isinstance(error, OutOfRoom)
            hint = error.hint if is_small else "ops sql --schema lists the views and their columns"
            more = _telling(opened.engine.whole_reason(question))
            raise StatementFailed(error.sentence, hint, more) from error
        opened.leave(source, count, window, lambda: None)


def _telling(reason: list[str]) -> list[str]:
    """Keep of the engine's reason, behind its first line, some candidates and the place."""
    lines = [line.expandtabs(2) for line in reason[1:] if line.strip()]
    place = next((at for at, line in enumerate(lines) if line.startswith("LINE ")), len(lines))
    return [*lines[:place][:_CANDIDATES], *lines[place:][:_PLACE]]


def _text(statement: str | None, file: Path | None) -> str:
    if statement is not None and file is not None:
        message = "there are two statements: QUERY and --file"
        raise UsageError(message, "leave out one of them")
    if file is not None and str(file) != "-":
        try:
            return file.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            message = f"{file} cannot be read: {error}"
            raise UsageError(message, "name a file that holds one SELECT") from error
    if statement is not None and statement != "-":
        return statement
    if sys.stdin is None or sys.stdin.isatty():
        message = "there is no statement"
        raise UsageError(message, 'write it behind ops sql: "FROM logs LIMIT 5", say')
    return sys.stdin.buffer.read().decode(errors="replace")
