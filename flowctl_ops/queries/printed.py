"""A question as SQL: a statement to print, which `ops sql` runs and the user takes further."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from flowctl_ops import engine
from flowctl_ops.filters import LogFilter, NameFilter, Rows, TimeRange
from flowctl_ops.vocabulary import Grain, Whose

_PARAMETER = re.compile(r"\$([a-z]\w*)")

Values = dict[str, str | int | list[str] | None]


def logs(asked: LogFilter) -> str:
    """Give the statement of `ops logs`, context and fields apart."""
    grep = "not_grep" if asked.invert else "grep"
    return _filled(
        "queries/print_logs.sql",
        {
            "names": asked.names.regex,
            "kind": asked.kind,
            **_window(asked.window),
            "max_rank": asked.max_rank,
            grep: asked.grep,
            "tail": asked.tail,
            "reverse": "" if asked.reverse else None,
        },
    )


def stats(names: NameFilter, rows: Rows, grains: tuple[Grain, ...], window: TimeRange) -> str:
    """Give the statement of `ops stats`, of tasks or with a grain."""
    values: Values = {"names": names.regex, "kind": rows.kind, **_window(window)}
    if not grains:
        return _filled("queries/print_stats.sql", values)
    marks: Values = {
        rows.whose: "",
        "by_me": None if rows.whose == Whose.COLLECTIONS else "",
        "of_me": None if rows.whose == Whose.TASKS else "",
    }
    values |= {"grains": [str(grain) for grain in grains], **marks}
    return _filled("queries/print_series.sql", values)


def _window(window: TimeRange) -> Values:
    return {"since": _time(window.since), "until": _time(window.until)}


def _time(ns: int | None) -> str | None:
    if ns is None:
        return None
    seconds = datetime(1970, 1, 1) + timedelta(seconds=ns // 1_000_000_000)  # noqa: DTZ001 - UTC, as SQL's own
    return f"{seconds:%Y-%m-%d %H:%M:%S}.{ns % 1_000_000_000:09d}"


def _filled(name: str, values: Values) -> str:
    """Put literals for parameters; a line whose parameter, or mark, has no value is left out."""
    lines = []
    for line in engine.text(name).splitlines():
        if line.startswith("--"):  # a shell would take it for an option
            continue
        statement, mark, marks = line.partition(" -- $")
        wanted = [*_PARAMETER.findall(statement), *filter(None, [mark and marks])]
        if all(values.get(name) is not None for name in wanted):
            lines.append(_PARAMETER.sub(lambda found: _literal(values[found[1]]), statement))
    return "\n".join(lines)


def _literal(value: str | int | list[str] | None) -> str:
    if isinstance(value, list):
        return ", ".join(map(_literal, value))
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"
