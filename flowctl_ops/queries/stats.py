"""How much moved: Flow's roll-up as documents, as a table by name, bucket or binding, as a plot."""

from __future__ import annotations

from dataclasses import dataclass

from flowctl_ops.engine import Engine
from flowctl_ops.filters import NameFilter, Rows, Window, rfc3339, sql_time
from flowctl_ops.result import Column, Result
from flowctl_ops.statement import MARKED, Part, Statement, Values, part, statement
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
_LAST_TRANSACTION = Column("last_transaction", Unit.TIME, "last txn", spare=9)
_ACTIVITY = Column("activity", Unit.SHARES, spare=2)
_BUCKET = Column("ts", Unit.TIME, bucket=True)
_TIME = (
    Column("catalog_name", label="name", shared=True),
    Column("grain", shared=True),
    _BUCKET,
)
_SHARES = 24
_STEPS = {Grain.HOURLY: "1 hour", Grain.DAILY: "1 day", Grain.MONTHLY: "1 month"}


@dataclass(frozen=True)
class StatsQuestion:
    """What is asked of stats: which rows, of which time and grains, in which shape.

    `documents` wants documents of the roll-up, `for_people` what is only drawn for them too;
    `is_exported` tells that the data holds nothing but an export of the roll-up.
    """

    rows: Rows
    window: Window
    grains: tuple[Grain, ...] = ()
    by_binding: bool = False
    usage: bool = False
    plot: bool = False
    rates: tuple[float | None, float | None] = (None, None)
    documents: bool = False
    for_people: bool = True
    is_exported: bool = False

    def statement(self) -> Statement:
        """Give the statement that answers it."""
        if self.by_binding:
            return statement("queries/stats_bindings.sql", self._values())
        if self.usage or self.plot:
            file = "queries/stats_usage.sql" if self.usage else "queries/stats_plot.sql"
            return statement(file, self._shown())
        file = "queries/stats_series.sql" if self.grains else "queries/stats_totals.sql"
        values = self._shown() if self.grains else self._values()
        rows = statement(file, values)
        if not self.documents:
            return rows
        marks: Values = {"buckets" if self.grains else "totals": MARKED}
        bounds: Values = {"from": _iso(self.window.since), "to": _iso(self.window.until)}
        return statement(
            "queries/stats_documents.sql",
            {**rows.values, **marks, **bounds, "rows": Part(rows.text)},
        )

    def answer(self, engine: Engine) -> Result:
        """Ask the views of an engine."""
        return Result(self._columns(), engine.ask(self.statement()))

    def _columns(self) -> tuple[Column, ...]:
        if self.documents:
            return _DOCUMENT
        if self.by_binding:
            return _of_bindings()
        if self.plot:
            bar = (Column("bar", Unit.BAR),) if self.for_people else ()
            return (_BUCKET, Column("bytes", Unit.BYTES), *bar)
        if self.usage:
            cost = (Column("cost", Unit.MONEY),) if self._is_rated else ()
            moved = Column("bytes_moved", Unit.BYTES, "moved")
            return (*_TIME, Column("usage_seconds", Unit.HOURS, "hours"), moved, *cost)
        if self.grains:
            gap = (Column("gap", label=""),) if self.for_people else ()
            return (*_TIME, *self._counts(), *gap)
        own = (_LAST_TRANSACTION,) if self._shows(_OWN) else ()
        kind = (_KIND,) if self._has_kind else ()
        activity = (_ACTIVITY,) if self.for_people else ()
        return (_NAME, *kind, *self._counts(), _NEWEST, *own, *activity)

    @property
    def _is_rated(self) -> bool:
        return self.rates != (None, None)

    @property
    def _has_kind(self) -> bool:
        return self.rows.whose != Whose.COLLECTIONS and (
            self.rows.whose == Whose.TASKS or not self.rows.of_tasks
        )

    def _counts(self) -> tuple[Column, ...]:
        groups = (_BY_ME, _OF_ME, _OWN)
        return tuple(column for group in groups if self._shows(group) for column in group)

    def _shows(self, group: tuple[Column, ...]) -> bool:
        """Leave out what says nothing of the names: tasks read and write, collections are used."""
        if self.documents:
            return True
        if group is _OF_ME:
            return not self.rows.of_tasks
        return self.rows.whose != Whose.COLLECTIONS

    def _shown(self) -> Values:
        """Give the values of a question about buckets, with the rows of the roll-up in them."""
        values = dict(self._values())
        summed = values.get("own_names") is None
        values |= _marked(
            sum=summed,
            own_documents=self.documents and not summed,
            with_names=self.rows.of_tasks or self.rows.whose == Whose.COLLECTIONS,
            rows=not self.documents,
            gaps=self.for_people and not self.documents,
        )
        values["shown"] = part("queries/stats_shown.sql", values)
        return values

    def _values(self) -> Values:
        rows = self.rows
        own_names = rows.whose in tuple(Whose)  # others are sums of several
        names = NameFilter(rows.names).regex
        disjoint = rows.of_tasks or rows.whose == Whose.COLLECTIONS
        values: dict[str, object] = {
            "since": sql_time(self.window.since),
            "until": sql_time(self.window.until),
            "kind": rows.kind,
            "names": names if own_names or self.by_binding else None,
            "task_names": names if not own_names and rows.of_tasks else None,
            "grains": [str(grain) for grain in self.grains],
            "step": _STEPS[self.grains[0]] if self.grains else None,
            "sort": str(rows.sort),
            "top": rows.limit,
            "by_me": rows.whose != Whose.COLLECTIONS,
            "of_me": not rows.of_tasks,
            "shares": _SHARES,
            "rate_hour": (self.rates[0] or 0.0) if self._is_rated else None,
            "rate_gb": (self.rates[1] or 0.0) if self._is_rated else None,
        }
        values |= _marked(
            own=not self.is_exported,
            exported=self.is_exported,
            collections=not self.is_exported and (not rows.of_tasks or self.documents),
            own_names=own_names,
            plain=rows.whose in (Whose.TASKS, Whose.COLLECTIONS),
            prefixed=rows.whose in (Whose.PREFIXES, Whose.ALL),
            of_tasks=rows.of_tasks,
            of_collections=rows.whose == Whose.COLLECTIONS,
            prefixes=rows.whose == Whose.PREFIXES,
            from_first=self.window.since is None,
            to_last=self.window.until is None,
            with_total=self.for_people and disjoint and not self.documents,
            with_kind=self._has_kind or self.documents,
            with_activity=self.for_people,
            show_by_me=self._shows(_BY_ME),
            show_of_me=self._shows(_OF_ME),
            show_own=self._shows(_OWN),
            documents=self.documents,
        )
        values[f"sort_{rows.sort}"] = MARKED
        if not own_names:
            values[f"by_{rows.whose}"] = MARKED
        if rows.whose == "rollup":
            pairs = [{"name": name, "regex": NameFilter((name,)).regex} for name in rows.names]
            values["pairs"] = pairs
            values["asked"] = part("queries/stats_asked.sql", values)
        return values


def _of_bindings() -> tuple[Column, ...]:
    counts = (
        Column(f"{side}_{what}", unit, f"{what} {label}" if what == "docs" else label, spare)
        for side, label in (("left", "loaded"), ("right", "read"), ("out", "written"))
        for what, unit, spare in (("docs", Unit.COUNT, 5), ("bytes", Unit.BYTES, 0))
    )
    names = (Column("task"), _KIND, Column("collection"), Column("transform"))
    return (*names, *counts, _NEWEST)


def _marked(**marks: bool) -> dict[str, object]:
    return {mark: MARKED for mark, is_there in marks.items() if is_there}


def _iso(ns: int | None) -> str:
    return "" if ns is None else rfc3339(ns)
