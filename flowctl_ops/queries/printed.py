"""A question as SQL: a statement to print, which `ops sql` runs and the user takes further.

Statements are put together of templates. In one, `$name` stands for a value or, alone on its line,
for another template; a line that names one without a value, as a mark behind it may, is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from flowctl_ops import engine
from flowctl_ops.filters import (
    Condition,
    LogFilter,
    NameFilter,
    Operator,
    Rows,
    StatsFilter,
    TimeRange,
)
from flowctl_ops.vocabulary import Grain, Sort, Whose

_PARAMETER = re.compile(r"\$([a-z]\w*)")
_STEPS = {Grain.HOURLY: "1 hour", Grain.DAILY: "1 day", Grain.MONTHLY: "1 month"}
_ORDERS = (Operator.GREATER, Operator.AT_LEAST, Operator.LESS, Operator.AT_MOST)


class _Part(str):
    """SQL text, to be put into a statement as it is."""

    __slots__ = ()


Value = str | int | float | list[str] | _Part | None
Values = dict[str, Value]
_MARKED = _Part("")


def logs(asked: LogFilter) -> str:
    """Give the statement of `ops logs`."""
    grep = "not_grep" if asked.invert else "grep"
    matching: Values = {
        **_window(asked.window),
        "max_rank": asked.max_rank,
        grep: asked.grep,
        "where": _part(*map(_condition, asked.where)),
    }
    scope: Values = {"names": asked.names.regex, "kind": asked.kind}
    return _filled(
        "context" if asked.has_context else "logs",
        {
            "scope": _part(_filled("scope", scope)),
            "match": _part(_filled("match", matching)),
            "before": asked.before,
            "after": asked.after,
            "tail": asked.tail,
            "reverse": _MARKED if asked.reverse else None,
        },
    )


@dataclass(frozen=True)
class Shape:
    """In which shape stats are shown: by binding, as usage, as a plot, or as they are."""

    by_binding: bool = False
    usage: bool = False
    plot: bool = False
    rates: tuple[float | None, float | None] = (None, None)


def stats(rows: Rows, asked: StatsFilter, window: TimeRange, shape: Shape) -> str:
    """Give the statement of `ops stats`; `window` is what the user said it to be."""
    values = _of_rows(rows) | _window(window)
    if shape.by_binding:
        scope: Values = {"names": NameFilter(rows.names).regex, "kind": rows.kind}
        values["scope"] = _part(_filled("scope", scope))
        return _filled("bindings", values)
    if not asked.grains:
        if not rows.of_tasks:
            values["of_collections"] = _part(
                _filled("of_collections", _window(window) | {"kind": rows.kind})
            )
        return _filled("totals", values)
    values["grains"] = [str(grain) for grain in asked.grains]
    values["step"] = _STEPS[asked.grains[0]]
    if shape.rates != (None, None):
        values["rate_hour"], values["rate_gb"] = (rate or 0.0 for rate in shape.rates)
    last = "usage" if shape.usage else "plot" if shape.plot else "series"
    parts = (_filled(part, values) for part in ("rows", last))
    return "\n".join(parts)


def lag(asked: StatsFilter, *, now_ns: int, by_task: bool, top: int | None) -> str:
    """Give the statement of `ops lag`."""
    values: Values = {
        "names": asked.names.regex,
        "kind": asked.kind,
        **_window(asked.window),
        "now": _time(now_ns),
        "by_task" if by_task else "by_binding": _MARKED,
        "top": top,
    }
    return _filled("lag", values)


def _of_rows(rows: Rows) -> Values:
    """Mark whose rows are asked for, and in which order."""
    regex = NameFilter(rows.names).regex
    own = rows.whose in tuple(Whose)  # rows of the roll-up as it is; others are sums of several
    sort = f"sort_{rows.sort}"
    if rows.of_tasks and rows.sort in (Sort.BYTES, Sort.DOCS):
        sort += "_by_me"
    marks = {
        sort: True,
        "by_me": rows.whose != Whose.COLLECTIONS,
        "of_me": not rows.of_tasks,
        "kinds": rows.whose != Whose.COLLECTIONS and (own or not rows.of_tasks),
        "own": own,
        "plain": rows.whose in (Whose.TASKS, Whose.COLLECTIONS),
        "prefixed": rows.whose in (Whose.PREFIXES, Whose.ALL),
        f"by_{rows.whose}": not own,
        "collections": rows.whose == Whose.COLLECTIONS,
        "prefixes": rows.whose == Whose.PREFIXES,
    }
    values: Values = {name: _MARKED for name, is_marked in marks.items() if is_marked}
    values |= {"kind": rows.kind, "top": rows.top}
    if rows.of_tasks:
        values["tasks"] = _part(_filled("tasks", {}))
    if own:
        return values | {"names": regex}
    if rows.of_tasks:
        return values | {"task_names": regex}
    pairs = ", ".join(f"({_literal(n)}, {_literal(NameFilter((n,)).regex)})" for n in rows.names)
    return values | {"asked": _part(_filled("asked", {"pairs": _Part(pairs)}))}


def _condition(condition: Condition) -> str:
    """Write one `--where`."""
    name = condition.operator.name.lower()
    value: Value = condition.value
    if condition.operator in _ORDERS and condition.number is not None:
        name, value = f"{name}_number", condition.number
    paths: Values = {"path": condition.path, "flat_path": condition.flat_path}
    return _filled("where", paths | {name: value})


def _window(window: TimeRange) -> Values:
    return {"since": _time(window.since), "until": _time(window.until)}


def _time(ns: int | None) -> str | None:
    if ns is None:
        return None
    seconds = datetime(1970, 1, 1) + timedelta(seconds=ns // 1_000_000_000)  # noqa: DTZ001 - UTC, as SQL's own
    return f"{seconds:%Y-%m-%d %H:%M:%S}.{ns % 1_000_000_000:09d}"


def _part(*texts: str) -> _Part | None:
    """Put templates that are filled below each other; None where nothing is in them."""
    return _Part("\n".join(filter(None, texts))) or None


def _filled(name: str, values: Values) -> str:
    """Put values into a template; a line whose value, or mark, there is not is left out."""
    lines = []
    for line in engine.text(f"queries/templates/{name}.sql").splitlines():
        if line.startswith("--"):  # a shell would take it for an option
            continue
        statement, mark, marks = line.partition(" -- $")
        wanted = [*_PARAMETER.findall(statement), *filter(None, [mark and marks])]
        if all(values.get(name) is not None for name in wanted):
            lines.append(_PARAMETER.sub(lambda found: _literal(values[found[1]]), statement))
    return "\n".join(lines)


def _literal(value: Value) -> str:
    if isinstance(value, _Part):
        return value
    if isinstance(value, list):
        return ", ".join(map(_literal, value))
    if isinstance(value, int | float):
        return repr(value)
    return "'" + str(value).replace("'", "''") + "'"
