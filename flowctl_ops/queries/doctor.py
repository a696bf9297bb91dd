"""What the data covers and what is odd in it, by collection and task."""

from __future__ import annotations

from flowctl_ops.engine import Engine
from flowctl_ops.filters import NameFilter, sql_time
from flowctl_ops.result import Column, Result, Row
from flowctl_ops.statement import MARKED, Statement, Values, statement
from flowctl_ops.vocabulary import Unit

COLUMNS = (
    Column("collection"),
    Column("task"),
    Column("kind", spare=9),
    Column("files", Unit.COUNT, spare=3),
    Column("bytes", Unit.BYTES, spare=4),
    Column("documents", Unit.COUNT, "docs"),
    Column("first_document", Unit.TIME, "first", spare=5),
    Column("last_document", Unit.TIME, "last", spare=1),
    Column("age_seconds", Unit.AGE, "age", spare=2),
    Column("holes", Unit.COUNT),
    Column("hole_bytes", Unit.BYTES),
    Column("covered_files", Unit.COUNT),
    Column("overlap_bytes", Unit.BYTES),
    Column("older_backfills", Unit.COUNT),
    Column("copies", Unit.COUNT),
    Column("rolled_back", Unit.COUNT),
    Column("uncommitted", Unit.COUNT),
    Column("unknown_levels", Unit.COUNT),
    Column("untimed", Unit.COUNT),
    Column("findings", Unit.NOTE, ""),
)
_SAID = (  # in words, where people read
    "holes",
    "hole_bytes",
    "covered_files",
    "overlap_bytes",
    "older_backfills",
    "copies",
    "rolled_back",
    "uncommitted",
    "unknown_levels",
    "untimed",
)
SHOWN = tuple(column for column in COLUMNS if column.name not in _SAID)


def question(names: NameFilter, now_ns: int, *, exported: bool) -> Statement:
    """Give the statement of a row a collection and task; `now_ns` since the Unix epoch, UTC.

    `exported` tells that an export of the roll-up is, or may be, all the stats there are.
    """
    values: Values = {
        "names": names.regex,
        "now": sql_time(now_ns),
        "exported": MARKED if exported else None,
    }
    return statement("queries/doctor.sql", values)


def coverage(engine: Engine, asked: Statement) -> list[Row]:
    """Give its rows, in the order of `COLUMNS`."""
    return [row for batch in engine.ask(asked) for row in batch]


def passed_over(engine: Engine) -> list[Row]:
    """Give the reasons why files were passed over: reason, files, bytes, the path of one."""
    return [row for batch in engine.ask_file("queries/doctor_files.sql", {}) for row in batch]


def of_no_task(finding: str) -> Row:
    """Make a row of a finding that concerns no single task."""
    return (*[None] * (len(COLUMNS) - 1), finding)


def total(rows: list[Row], column: str, collection: str | None = None) -> int:
    """Add up a column of the rows, of one collection or of all."""
    [place] = [place for place, each in enumerate(COLUMNS) if each.name == column]
    return sum(row[place] for row in rows if collection in (None, row[0]))


def result(rows: list[Row]) -> Result:
    """Make an answer of rows."""
    return Result(COLUMNS, [rows])
