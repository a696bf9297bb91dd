"""What happened: the logs that a filter matches, as documents, as rows or as lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from flowctl_ops import catalogue
from flowctl_ops.catalogue import Message
from flowctl_ops.engine import Engine
from flowctl_ops.filters import NO_LIMIT, FieldFilter, LogFilter, Window, sql_time
from flowctl_ops.result import Column, Result, Row
from flowctl_ops.statement import MARKED, Part, Statement, Values, part, statement
from flowctl_ops.vocabulary import Unit

DOCUMENT = (Column("doc", Unit.DOCUMENT),)
LINE = (Column("line", Unit.LINE),)
ROW = (
    Column("ts", Unit.TIME),
    Column("level"),
    Column("kind"),
    Column("task"),
    Column("message"),
    Column("fields", Unit.JSON),
)
_ROWS_SORTED_AT_ONCE = 300_000
_VALUE_ROOM, _VALUE_ROOM_ON_SCREEN = 400, 100  # signs of a value of `fields`
_ERROR_ROOM = 2000  # signs of an error on lines of its own
_MESSAGE_ROOM = 8000  # signs of a message on a screen
_LOOKED_AT = 20_000  # logs, to find tasks of several shards


def rows(asked: LogFilter, *, documents: bool = False) -> Statement:
    """Give the statement of the logs that match: as rows of columns, or as Flow's own documents."""
    return statement(*_named(asked, {"documents" if documents else "rows": MARKED}))


def _named(asked: LogFilter, shape: Values, window: Window | None = None) -> tuple[str, Values]:
    """Name the SQL file of a question, and give its values."""
    window = window or asked.window
    values: dict[str, object] = {
        **shape,
        "names": asked.names.regex,
        "kind": asked.kind,
        "since": sql_time(window.since),
        "until": sql_time(window.until),
        "max_rank": asked.max_rank,
        "not_grep" if asked.invert else "grep": asked.grep,
        "not_grep_all" if asked.invert else "grep_all": asked.grep_all,
        "conditions": [each.said for each in asked.where] or None,
        "before": asked.before,
        "after": asked.after,
        "tail": asked.tail,
        "reverse" if asked.reverse else "forward": MARKED,
        "no_groups": None if shape.get("groups") else MARKED,
    }
    values["scope"] = part("queries/log_scope.sql", values)
    values["match"] = part("queries/log_match.sql", values)
    return f"queries/{'log_context' if asked.has_context else 'log_rows'}.sql", values


def answer(engine: Engine, asked: LogFilter, *, documents: bool) -> Result:
    """Give the logs that match, in order of time: Flow's own documents, or rows; times in UTC."""
    shape = {"documents" if documents else "rows": MARKED}
    return Result(DOCUMENT if documents else ROW, _stretches(engine, asked, shape))


def first_match(engine: Engine, asked: LogFilter, pattern: str) -> int | None:
    """Give the place, from 1, of the first log of an answer that a search finds; None if none."""
    name, values = _named(asked, {"rows": MARKED})
    rows = Part(statement(name, values).text)
    found = statement("queries/log_until.sql", {**values, "rows": rows, "until_match": pattern})
    return next(iter(row[0] for batch in engine.ask(found) for row in batch), None)


@dataclass(frozen=True)
class Look:
    """How lines look: the zone of times, the signs of colours, which fields, whether all of them.

    `styles` are what `render.theme` prepared; without colours each is empty. Below a line that is
    one of the `known` messages stands what it means. Where it `follows`, tasks may come that are
    not there yet; `sharded` are those that are known to have several shards.
    """

    zone: str
    styles: dict[str, object]
    fields: FieldFilter = field(default_factory=FieldFilter)
    wide: bool = False
    on_screen: bool = False
    known: Sequence[Message] = ()
    follows: bool = False
    sharded: set[str] = field(default_factory=set)


def lines(engine: Engine, asked: LogFilter, look: Look) -> Result:
    """Give lines for people, in order of time; between groups of them stands `--`.

    The task is named where more than one can be shown, the shard where a task has several, and
    what a search found is marked.
    """
    tasks, logs = engine.rows("queries/log_tasks.sql")[0]
    is_plain = not look.styles["plain"]
    hit = None if is_plain or asked.invert else asked.grep or asked.grep_all
    room = _VALUE_ROOM_ON_SCREEN if look.on_screen else _VALUE_ROOM
    shown: Values = {
        "zone": look.zone,
        "styles": look.styles,
        "show_task": not asked.names.one_task() and (look.follows or tasks > 1),
        "is_choice": look.fields.wanted is not None,
        "wanted": list(look.fields.wanted or ()),
        "unwanted": list(look.fields.unwanted),
        "room": NO_LIMIT if look.wide else room,
        "error_room": NO_LIMIT if look.wide else _ERROR_ROOM,
        "message_room": _MESSAGE_ROOM if look.on_screen and not look.wide else NO_LIMIT,
        "hit": hit,
        "messages": catalogue.as_values(look.known) or None,
        "any_message": catalogue.any_of(look.known),
        **_marked(
            no_hit=not hit,
            every_field=look.fields.is_open,
            some_fields=not look.fields.is_open,
            with_error="error" not in look.fields.unwanted,
        ),
    }
    sharded = engine.value("queries/log_shards.sql", step=logs // _LOOKED_AT + 1)
    look.sharded.update(sharded or ())
    shape = {
        **_marked(rows=True, groups=asked.has_context),
        "sharded": sorted(look.sharded) or None,
    }
    return Result(LINE, _stretches(engine, asked, shape, shown))


def _marked(**marks: bool) -> dict[str, object]:
    return {mark: MARKED for mark, is_there in marks.items() if is_there}


def _stretches(
    engine: Engine, asked: LogFilter, shape: Values, shown: Values | None = None
) -> Iterator[list[Row]]:
    """Run the statement for one stretch of time after another, so that little is sorted at once."""
    for stretch in _windows(engine, asked):
        name, values = _named(asked, {**shape, "timeless": None if stretch else MARKED}, stretch)
        asked_of_it = statement(name, values)
        if shown is not None:
            everything = {**shape, **asked_of_it.values, **shown, "rows": Part(asked_of_it.text)}
            asked_of_it = statement("queries/log_lines.sql", everything)
        yield from engine.ask(asked_of_it)


def _windows(engine: Engine, asked: LogFilter) -> list[Window | None]:
    """Cut a window into stretches of about as many logs; None stands for those of no time."""
    if asked.has_context or asked.tail is not None:
        return [asked.window]
    logs, timeless, _ = engine.rows("queries/log_stretches.sql", shares=[0.5])[0]
    if logs <= _ROWS_SORTED_AT_ONCE:
        return [asked.window]
    parts = logs // _ROWS_SORTED_AT_ONCE + 1
    shares = [share / parts for share in range(1, parts)]
    cuts = engine.rows("queries/log_stretches.sql", shares=shares)[0][2] or []
    since, until = asked.window.since, asked.window.until
    edges = [since, *sorted(set(cuts)), until]
    windows: list[Window | None] = [Window(*pair) for pair in pairwise(edges)]
    if timeless and asked.window.is_open:
        windows.insert(0, None)
    return windows[::-1] if asked.reverse else windows
