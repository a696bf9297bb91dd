"""How much moved: Flow's roll-up as documents, as a table by name, bucket or binding, as a plot."""

from __future__ import annotations

from contextlib import suppress

from flowctl_ops.engine import Engine
from flowctl_ops.errors import QueryFailed
from flowctl_ops.filters import NameFilter, Rows, StatsFilter, TimeRange
from flowctl_ops.relations import Stats
from flowctl_ops.result import Column, Result
from flowctl_ops.vocabulary import Grain, Unit, Whose

_DOCUMENT = (Column("doc", Unit.DOCUMENT),)
_NAME = Column("catalog_name", label="name")
_BY_ME = (
    Column("docs_read_by_me", Unit.COUNT, "docs read", spare=5),
    Column("bytes_read_by_me", Unit.BYTES, "read"),
    Column("docs_written_by_me", Unit.COUNT, "docs written", spare=5),
    Column("bytes_written_by_me", Unit.BYTES, "written"),
)
_OF_ME = (
    Column("docs_read_from_me", Unit.COUNT, "docs read from it", spare=6),
    Column("bytes_read_from_me", Unit.BYTES, "read from it"),
    Column("docs_written_to_me", Unit.COUNT, "docs written to it", spare=6),
    Column("bytes_written_to_me", Unit.BYTES, "written to it"),
)
_OWN = (
    Column("txn_count", Unit.COUNT, "txns", spare=3),
    Column("warnings", Unit.COUNT, "warn"),
    Column("errors", Unit.COUNT, "error"),
    Column("failures", Unit.COUNT, "failed"),
    Column("usage_seconds", Unit.HOURS, "hours", spare=4),
)
_COUNTS = (*_BY_ME, *_OF_ME, *_OWN)
_KIND = Column("kind", spare=8)
_NEWEST = Column("newest", Unit.TIME, spare=7)


def prepare(counted: Stats, asked: StatsFilter, rows: Rows, window: TimeRange) -> None:
    """Make the rows of the roll-up that are asked for; `window` is what the user said it to be."""
    engine = counted.engine
    engine.define("queries/stats_macros.sql")
    engine.script(
        "relations/catalog_asked.sql",
        whose=rows.whose,
        names=list(rows.names),
        regexes=[NameFilter((name,)).regex for name in rows.names],
        regex=NameFilter(rows.names).regex,
        first_ns=window.since,
        end_ns=window.until,
        kind=rows.kind,
    )
    if not asked.grains:
        engine.script("relations/total_rows.sql", shares=asked.shares)
        return
    counted.fill_rows([str(grain) for grain in asked.grains])
    engine.script("queries/top_names.sql", sort=rows.sort, top=rows.limit)


def documents(engine: Engine) -> Result:
    """Give the documents of Flow's roll-up, a name, grain and bucket each."""
    return Result(_DOCUMENT, engine.batches("queries/stats_documents.sql"))


def total_documents(engine: Engine, rows: Rows, since: str | None, until: str | None) -> Result:
    """Give a document a name, of all that it moved in the window."""
    return Result(
        _DOCUMENT,
        engine.batches(
            "queries/stats_total_documents.sql",
            since=since,
            until=until,
            sort=rows.sort,
            top=rows.limit,
        ),
    )


def totals(engine: Engine, asked: StatsFilter, rows: Rows, *, with_total: bool) -> Result:
    """Give a row a name, of all that it moved in the window, and a total where none overlap."""
    columns = (_NAME, _KIND, *_COUNTS, _NEWEST, Column("activity", Unit.SHARES, spare=2))
    disjoint = rows.of_tasks or rows.whose == Whose.COLLECTIONS
    batches = engine.batches(
        "queries/stats_totals.sql",
        sort=rows.sort,
        top=rows.limit,
        shares=asked.shares,
        with_total=with_total and disjoint,
    )
    return Result(columns, batches).only(_shown(columns, rows))


def series(engine: Engine, rows: Rows, with_gaps: bool) -> Result:  # noqa: FBT001 - as SQL takes it
    """Give a row a name, grain and bucket, and say of the buckets between that they are empty."""
    columns = (_NAME, Column("grain"), Column("ts", Unit.TIME), *_COUNTS, Column("gap", label=""))
    with suppress(QueryFailed):
        engine.script("queries/narrow_rows.sql")
    batches = engine.batches("queries/stats_series.sql", with_gaps=with_gaps)
    shown = _shown(columns, rows)
    return Result(columns, batches).only(shown if with_gaps else shown[:-1])


def bindings(engine: Engine, rows: Rows) -> Result:
    """Give a row a binding, transform or output of a derivation, over the window."""
    counts = (
        Column(f"{side}_{what}", unit, f"{what} {label}" if what == "docs" else label, spare)
        for side, label in (("left", "loaded"), ("right", "read"), ("out", "written"))
        for what, unit, spare in (("docs", Unit.COUNT, 5), ("bytes", Unit.BYTES, 0))
    )
    columns = (
        Column("task"),
        _KIND,
        Column("collection"),
        Column("transform", spare=1),
        *counts,
        _NEWEST,
    )
    batches = engine.batches("queries/stats_bindings.sql", sort=rows.sort, top=rows.limit)
    return Result(columns, batches)


def usage(engine: Engine, *, rates: tuple[float | None, float | None]) -> Result:
    """Give metered hours and bytes by name and bucket, and their cost where there are rates."""
    columns = (
        _NAME,
        Column("grain"),
        Column("ts", Unit.TIME),
        Column("usage_seconds", Unit.HOURS, "hours"),
        Column("bytes_moved", Unit.BYTES, "moved"),
        Column("cost", Unit.MONEY),
    )
    batches = engine.batches("queries/usage.sql", rate_hour=rates[0], rate_gb=rates[1])
    rated = rates != (None, None)
    return Result(columns, batches).only(columns if rated else columns[:-1])


def plot(engine: Engine, grain: Grain) -> Result:
    """Give the bytes of each bucket of a grain, all names together, None where there is no data."""
    columns = (Column("ts", Unit.TIME), Column("bytes", Unit.BYTES), Column("bar", Unit.BAR))
    return Result(columns, engine.batches("queries/plot.sql", grain=grain))


def _shown(columns: tuple[Column, ...], rows: Rows) -> tuple[Column, ...]:
    """Leave out what says nothing about the names: tasks read and write, collections are used."""
    if rows.of_tasks:
        left_out: tuple[Column, ...] = _OF_ME if rows.whose == Whose.TASKS else (*_OF_ME, _KIND)
    elif rows.whose == Whose.COLLECTIONS:
        left_out = (*_BY_ME, *_OWN, _KIND)
    else:
        left_out = ()
    return tuple(column for column in columns if column not in left_out)
