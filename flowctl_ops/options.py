"""Every shared option, and what its text comes to; `times.py` reads what is a time."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from flowctl_ops import config
from flowctl_ops.errors import OpsError, UsageError
from flowctl_ops.filters import (
    IGNORE_CASE,
    NO_LIMIT,
    Condition,
    FieldFilter,
    NameFilter,
    Operator,
)
from flowctl_ops.render import Output
from flowctl_ops.render.theme import Color
from flowctl_ops.times import TIME_HELP
from flowctl_ops.vocabulary import By, Grain, Level, Sort, TaskKind, Whose

if TYPE_CHECKING:
    from flowctl_ops.catalogue import Message
    from flowctl_ops.engine import Engine

_LEVEL_ALIASES = {"warning": "warn", "err": "error", "fatal": "error", "panic": "error"}
_CATALOG_NAME = re.compile(r"[\w.-]+(?:/[\w.-]+)*")  # no other sign reaches a shell's eval
_CONDITION = re.compile(
    r"(?P<key>[^=!~<>]+)(?P<operator>!=|!~|>=|<=|==|=~|=|~|>|<)(?P<value>.*)", re.DOTALL
)
_OPERATOR_ALIASES = {"==": "=", "=~": "~"}
_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?")


def known_names(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete a task's name from the journals below the data paths, without opening a file."""
    from flowctl_ops import sources  # noqa: PLC0415 - a completion of options does without

    enter_none = NameFilter(("\0",))
    try:
        tasks = sources.find(data_paths(ctx.params.get("data")), enter_none, None).tasks
    except OpsError:
        return []
    return sorted(filter(_CATALOG_NAME.fullmatch, (t for t in tasks if t.startswith(incomplete))))


def check_patterns(engine: Engine, known: Iterable[Message]) -> None:
    """Refuse a message of the user's own whose pattern cannot be looked for.

    Raises:
        UsageError: naming it.
    """
    for message in known:
        if not message.is_own:
            continue
        reason = engine.reason("relations/check_pattern.sql", pattern=message.pattern)
        if reason is not None:
            text = f"{message.pattern} in {message.source} is no regular expression: {reason}"
            raise UsageError(text, "patterns are RE2, as in ops logs --grep")


def _known_levels(incomplete: str) -> list[str]:
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
        autocompletion=_known_levels,
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


def grains(texts: Sequence[str] | None) -> tuple[Grain, ...]:
    """Read --grain: names of grains or beginnings of them, by commas or repeated; `all` is each.

    Raises:
        UsageError: if one is no grain.
    """
    found: set[Grain] = set()
    for text in ",".join(texts or ()).lower().split(","):
        word = {"hour": "hourly", "day": "daily", "month": "monthly"}.get(
            text.strip(), text.strip()
        )
        matching = [grain for grain in Grain if word and grain.startswith(word)]
        if word == "all":
            matching = list(Grain)
        if not matching and (texts or word):
            message = f"there is no grain {text}"
            raise UsageError(message, "grains are hourly, daily, monthly, or all of them")
        found.update(matching)
    return tuple(grain for grain in Grain if grain in found)


def name_filter(names: Sequence[str] | None, task: Sequence[str] | None) -> NameFilter:
    """Give the filter of names, as arguments or by the option that other tools have."""
    return NameFilter((*(names or ()), *(task or ())))


def data_paths(given: Sequence[str] | None) -> tuple[str, ...]:
    """Give the paths to read: the option's, else OPS_DATA's, the config file's, the current folder.

    Raises:
        UsageError: if the config file cannot be understood, or no file can be called so.
    """
    paths = tuple(given or ()) or _listed() or config.read().data or (".",)
    for path in paths:
        if "\0" in path:
            message = f"{path} is no path"
            raise UsageError(message, "no file's name holds a NUL")
    return paths


def _listed() -> tuple[str, ...]:
    return tuple(filter(None, os.environ.get("OPS_DATA", "").split(os.pathsep)))


def level(text: str) -> int:
    """Read a level's name or the beginning of one; give its rank, 1 for error to 5 for trace.

    Raises:
        UsageError: if no level begins so.
    """
    word = _LEVEL_ALIASES.get(text.lower(), text.lower())
    found = [item for item in Level if word and item.startswith(word)]
    if len(found) != 1:
        message = f"there is no level {text}"
        raise UsageError(message, "levels are error, warn, info, debug, trace")
    return found[0].rank


def pattern(text: str) -> str:
    """Let case count only where a search has a capital letter of its own, not one of an escape."""
    has_capital = any(sign.isupper() for sign in re.sub(r"\\.", "", text))
    return text if has_capital else IGNORE_CASE + text


def condition(text: str) -> Condition:
    """Read one `--where`: KEY, an operator, a value.

    Raises:
        UsageError: if it has no operator.
    """
    parts = _CONDITION.fullmatch(text)
    if parts is None:
        message = f"--where {text} is no condition"
        raise UsageError(message, "write KEY=VALUE, or != ~ !~ > < >= <= between them")
    key, value = parts["key"], parts["value"]
    if key != key.rstrip():  # spaces stand on both sides of an operator
        value = value.strip()
    key = key.strip()
    operator = _OPERATOR_ALIASES.get(parts["operator"], parts["operator"])
    return Condition(
        path="/fields/" + "/".join(_pointer(step) for step in key.split(".")),
        flat_path="/fields/" + _pointer(key),
        operator=Operator(operator),
        value=value,
        number=float(value) if _NUMBER.fullmatch(value) else None,
    )


def fields(texts: Sequence[str] | None) -> FieldFilter:
    """Read --fields: keys by commas or repeated, `!` before what is not wanted; `none` wants none.

    Raises:
        UsageError: if a key is missing.
    """
    keys = [key.strip() for text in texts or () for key in text.split(",")]
    if not all(key.removeprefix("!") for key in keys):
        message = f"--fields {','.join(texts or ())} names no field"
        raise UsageError(message, "write KEY,KEY, or !KEY for all but one, or none")
    unwanted = tuple(key[1:] for key in keys if key.startswith("!"))
    wanted = tuple(key for key in keys if not key.startswith("!"))
    if wanted == ("none",):
        return FieldFilter(())
    return FieldFilter(wanted or None, unwanted)


def _pointer(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")
