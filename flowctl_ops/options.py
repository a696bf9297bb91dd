"""Every shared option; `texts.py` and `times.py` say what its text comes to."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from flowctl_ops import texts
from flowctl_ops.errors import OpsError
from flowctl_ops.filters import NO_LIMIT, NameFilter
from flowctl_ops.render import Output
from flowctl_ops.render.theme import Color
from flowctl_ops.times import TIME_HELP
from flowctl_ops.vocabulary import By, Grain, Level, Sort, TaskKind, Whose

_CATALOG_NAME = re.compile(r"[\w.-]+(?:/[\w.-]+)*")  # no other sign reaches a shell's eval


def known_names(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete a task's name from the journals below the data paths, without opening a file."""
    from flowctl_ops import sources  # noqa: PLC0415 - a completion of options does without

    enter_none = NameFilter(("\0",))
    try:
        tasks = sources.find(texts.data_paths(ctx.params.get("data")), enter_none, None).tasks
    except OpsError:
        return []
    return sorted(filter(_CATALOG_NAME.fullmatch, (t for t in tasks if t.startswith(incomplete))))


def known_levels(incomplete: str) -> list[str]:
    """Complete a level."""
    return [item for item in Level if item.startswith(incomplete)]


def _known_grains(incomplete: str) -> list[str]:
    return [item for item in (*Grain, "all") if item.startswith(incomplete)]


def _within_64_bits(number: int | None) -> int | None:
    """Take what no answer can reach for what 64 bits can say."""
    return None if number is None else min(number, NO_LIMIT)


Names = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="NAME",
        help="A task's catalog name, a prefix ending in /, or a glob with *. Several are or-ed.",
        show_default=False,
        autocompletion=known_names,
    ),
]
TaskOption = Annotated[list[str] | None, typer.Option("--task", hidden=True)]
KindOption = Annotated[TaskKind | None, typer.Option("--kind", help="Only tasks of this kind.")]
DataOption = Annotated[
    list[str] | None,
    typer.Option(
        "--data",
        "-d",
        metavar="PATH",
        help="A file, a folder, a glob, or - for stdin. Repeatable. "
        "Else OPS_DATA, the config file, the current folder.",
    ),
]
SinceOption = Annotated[
    str | None, typer.Option("--since", "-S", metavar="TIME", help=f"From then on: {TIME_HELP}.")
]
UntilOption = Annotated[
    str | None, typer.Option("--until", "-U", metavar="TIME", help="Before then; as --since.")
]
NowOption = Annotated[
    str | None,
    typer.Option(
        "--now",
        metavar="TIME",
        envvar="OPS_NOW",
        help="What 'now' means; last is the time of the newest document.",
    ),
]
LevelOption = Annotated[
    str | None,
    typer.Option(
        "--level",
        "-l",
        metavar="LEVEL",
        help="This level and worse: error, warn, info, debug, trace.",
        autocompletion=known_levels,
    ),
]
TailOption = Annotated[
    int | None, typer.Option("--tail", "-n", min=0, metavar="N", help="Only the newest N.")
]
FollowOption = Annotated[
    bool, typer.Option("--follow", "-f", help="Go on with what comes, until Ctrl-C.")
]
WatchOption = Annotated[
    bool, typer.Option("--watch", help="Draw it again when files change, until Ctrl-C.")
]
ExitAfterOption = Annotated[
    str | None,
    typer.Option("--exit-after", metavar="DURATION", help="End --follow after 90s, 5m, 1h30m."),
]
UntilMatchOption = Annotated[
    str | None,
    typer.Option(
        "--until-match",
        metavar="RE",
        help="End --follow after the first line whose message or error matches.",
    ),
]
ReverseOption = Annotated[bool, typer.Option("--reverse", "-r", help="Newest first.")]
GrepOption = Annotated[
    str | None,
    typer.Option(
        "--grep",
        "-g",
        metavar="RE",
        help="Only logs whose message or error matches; case counts if RE has a capital.",
    ),
]
GrepAllOption = Annotated[
    str | None,
    typer.Option(
        "--grep-all",
        metavar="RE",
        help="Only logs any part of which matches: message, fields, the whole document.",
    ),
]
InvertOption = Annotated[
    bool, typer.Option("--invert", help="Only logs that --grep, or --grep-all, does not match.")
]
FieldsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--fields",
        metavar="KEYS",
        help="In text, these fields alone: KEY,KEY, or all but some: !KEY, or none. "
        "The error is shown anyway.",
    ),
]
WhereOption = Annotated[
    list[str] | None,
    typer.Option(
        "--where",
        "-w",
        metavar="KEY=VALUE",
        help="Only logs whose fields have it; also != ~ !~ > < >= <=, and a.b for nested ones.",
    ),
]
ExplainOption = Annotated[
    bool, typer.Option("--explain", help="Below a line that is known, say what it means.")
]
AfterOption = Annotated[
    int, typer.Option("--after", "-A", min=0, metavar="N", help="N lines of the task after each.")
]
BeforeOption = Annotated[
    int, typer.Option("--before", "-B", min=0, metavar="N", help="N lines of the task before each.")
]
ContextOption = Annotated[
    int, typer.Option("--context", "-C", min=0, metavar="N", help="N lines before and after each.")
]
OutputOption = Annotated[Output, typer.Option("--output", "-o", help="How to print.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Short for -o json.")]
LocalOption = Annotated[bool, typer.Option("--local", help="As --tz, the machine's zone.")]
TypedZoneOption = Annotated[  # where what is shown stays in UTC
    str | None, typer.Option("--tz", metavar="ZONE", help="Zone of --since and --until.")
]
ZoneOption = Annotated[
    str | None,
    typer.Option("--tz", metavar="ZONE", help="Zone of times that are typed, and shown as text."),
]
ColorOption = Annotated[Color, typer.Option("--color", help="When to colour text.")]
PagerOption = Annotated[
    bool, typer.Option("--pager/--no-pager", help="Page what is longer than the screen.")
]
WideOption = Annotated[
    bool, typer.Option("--wide", help="In text, cut nothing short and leave no column out.")
]
ExitCodeOption = Annotated[
    bool, typer.Option("--exit-code", help="Exit with 1 if nothing matched.")
]
SlackOption = Annotated[
    str,
    typer.Option(
        "--slack",
        metavar="DURATION",
        help="How late a document may have been appended to its journal.",
    ),
]
VerifyOption = Annotated[
    bool,
    typer.Option(
        "--verify", help="Check fragments against the length and checksum in their names."
    ),
]
NoCacheOption = Annotated[
    bool, typer.Option("--no-cache", help="Read the files, whatever OPS_CACHE keeps of them.")
]
PrintSqlOption = Annotated[
    bool, typer.Option("--print-sql", help="Print a statement for ops sql instead of an answer.")
]
QuietOption = Annotated[
    bool, typer.Option("--quiet", "-q", help="Only what could not be read is noted on stderr.")
]
VerboseOption = Annotated[
    bool, typer.Option("--verbose", "-v", help="Say what was found, opened and passed over.")
]


GrainOption = Annotated[
    list[str] | None,
    typer.Option(
        "--grain",
        metavar="GRAIN",
        help="A row per bucket: hourly, daily, monthly or all. Repeatable.",
        autocompletion=_known_grains,
    ),
]
WhoseOption = Annotated[
    Whose, typer.Option("--names", help="Whose rows: of tasks, collections, prefixes or all.")
]
RollupOption = Annotated[bool, typer.Option("--rollup", help="One row for each NAME given.")]
ByOption = Annotated[
    By | None, typer.Option("--by", help="Sum by binding, or all tasks of a kind or tenant.")
]
SortOption = Annotated[
    Sort | None, typer.Option("--sort", help="Which names come first; numbers from the greatest.")
]
TopOption = Annotated[
    int | None,
    typer.Option(
        "--top", min=1, metavar="N", help="Only the first N rows.", callback=_within_64_bits
    ),
]
BinaryOption = Annotated[bool, typer.Option("--binary", help="Bytes as GiB, not GB.")]
UncommittedOption = Annotated[
    bool, typer.Option("--uncommitted", help="Count what was not committed, too.")
]
UsageOption = Annotated[
    bool, typer.Option("--usage", help="What Flow meters: hours and bytes moved.")
]
RateHourOption = Annotated[
    float | None,
    typer.Option(
        "--rate-hour", min=0, max=1e9, metavar="PRICE", help="With --usage: price of an hour."
    ),
]
RateGbOption = Annotated[
    float | None,
    typer.Option(
        "--rate-gb", min=0, max=1e9, metavar="PRICE", help="With --usage: price of 1e9 bytes."
    ),
]
PlotOption = Annotated[
    bool, typer.Option("--plot", help="Draw the bytes of each bucket, all names together.")
]
