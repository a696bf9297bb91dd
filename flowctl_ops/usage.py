"""How `--help` is laid out: options by what they are about, commands with their whole sentences."""

from __future__ import annotations

from typing import Any

_TITLES = {
    "what": "What",
    "when": "When",
    "shown": "How it is shown",
    "data": "Data",
    "other": "Other",
}
_WHEN = frozenset(
    {
        *("since", "until", "new_since", "now", "local", "tz"),
        *("follow", "exit_after", "until_match", "watch"),
    }
)
_DATA = frozenset(
    {"data", "slack", "verify", "no_cache", "uncommitted", "fsync", "directory", "config"}
)
_SHOWN = frozenset(
    {
        *("output", "as_json", "wide", "fields", "reverse", "explain", "binary", "plot", "color"),
        *("pager", "print_sql", "exit_code", "quiet", "verbose"),
    }
)


def write_options(parameters: list[Any], ctx: Any, formatter: Any) -> None:
    """Write the arguments and options of a command, each below the title that it belongs to."""
    arguments, options = _records(parameters, ctx)
    sections = {"Arguments": arguments}
    for section, title in _TITLES.items():
        sections[title] = options.get(section, [])
    if sum(map(bool, options.values())) < 3:  # noqa: PLR2004 - a few options need no order
        sections = {
            "Arguments": arguments,
            "Options": [row for rows in options.values() for row in rows],
        }
    for title, rows in sections.items():
        if rows:
            with formatter.section(title):
                formatter.write_dl(rows)


def _records(
    parameters: list[Any], ctx: Any
) -> tuple[list[tuple[str, str]], dict[str, list[tuple[str, str]]]]:
    """Give what is said of arguments, and of options by their section."""
    arguments: list[tuple[str, str]] = []
    options: dict[str, list[tuple[str, str]]] = {}
    for parameter in parameters:
        record = parameter.get_help_record(ctx)
        if record is None:
            continue
        if parameter.param_type_name == "argument":
            arguments.append(record)
        else:
            options.setdefault(_section(parameter.name), []).append(record)
    return arguments, options


def _section(name: str) -> str:
    if name in _WHEN:
        return "when"
    if name in _DATA:
        return "data"
    if name in _SHOWN:
        return "shown"
    return "other" if name in {"help", "version"} else "what"


def write_commands(group: Any, ctx: Any, formatter: Any) -> None:
    """Write a line for each command: the first sentence of its help, and all of it."""
    rows = []
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        if command is not None and not command.hidden:
            first = (command.help or "").partition("\n\n")[0]
            rows.append((name, " ".join(first.split())))
    with formatter.section("Commands"):
        formatter.write_dl(rows)
