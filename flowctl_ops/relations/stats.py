"""Stats documents: those that count, each once, and what they come to by name and time."""

from __future__ import annotations

from flowctl_ops.engine import Engine
from flowctl_ops.filters import StatsFilter, Window
from flowctl_ops.relations.account import Account, Reach, joined
from flowctl_ops.result import Row
from flowctl_ops.sources import Reading
from flowctl_ops.sources.files import Problem, file_problem
from flowctl_ops.sources.stored import BINDINGS, CATALOG_STATS, DAYS, STATS
from flowctl_ops.statement import MARKED, Values, part
from flowctl_ops.vocabulary import Collection, Grain


class Stats:
    """The stats that a filter asks for, counted by Flow's rules, in the views of stats."""

    is_idle = False  # has its views, and reads nothing
    documents = Collection.STATS

    def __init__(self, asked: StatsFilter) -> None:
        self.asked = asked
        self.is_exported = False
        self.is_wide = False
        self.is_stored = False
        self.has_stored_bindings = False
        self._noticed: list[Row] = []
        self._found: Row = (0, 0, False)

    def load(self, engine: Engine, reading: Reading) -> None:
        """Read what the filter asks for, decide what of it is committed and what is a copy."""
        self._engine, self._reading = engine, reading
        reading.attempt(self._load)
        engine.show("stats", {**self.width, "stored" if self.is_stored else "read": MARKED})

    def _load(self) -> None:
        while True:
            self._keep(self.asked.window)
            for relation in ("sequenced", "neighbours"):
                self._engine.show(relation)
            for relation in ("unusual", "exact", "uncommitted"):
                self._engine.keep(relation)
            self._engine.keep("uncounted", {} if self.asked.uncommitted else {"committed": MARKED})
            left_out = {"every" if self.asked.uncommitted else "committed": MARKED}
            self._engine.show("left_out_stats", left_out)
            self._engine.show("counted")
            self._noticed = self._engine.rows("relations/stats_account.sql", settled=self._settled)
            damaged = [place for place in self.bad_lines() if self._reading.is_damaged(place)]
            if not self._reading.mend(damaged):
                break
        self._found = self._engine.rows("relations/stats_found.sql")[0]
        stats, exported, self.is_wide = self._found
        self.is_exported = bool(exported and not stats)

    @property
    def _settled(self) -> int:
        return self._reading.settled(self.asked.names, self.asked.kind)

    def _keep(self, window: Window, *, of_files: bool = False) -> None:
        asked = self.asked
        places = [] if self.is_idle else self._reading.places(Collection.STATS)
        marks = {
            "bindings": asked.bindings or asked.details,
            "details": asked.details,
            "documents": asked.documents,
            "no_documents": not asked.documents,
        }
        values: dict[str, object] = {
            **self._reading.documents(places),
            "settled": self._settled,
            "names": asked.names.regex,
            "kind": asked.kind,
            "since_ns": window.since,
            "until_ns": window.until,
            **{mark: MARKED for mark, is_there in marks.items() if is_there},
        }
        if not of_files:
            self._keep_stored(values)
        small = self._reading.are_small(places)
        self._engine.make_room_for(self._reading.length(places))
        self._engine.keep("stats_messages", values, in_order=not small)

    @property
    def _asks_for_days(self) -> bool:
        """Tell whether sums by day are all that is asked for; a window is one of whole buckets."""
        asked = self.asked
        is_coarse = bool(asked.grains) and asked.grains[0] is not Grain.HOURLY
        return is_coarse and not (asked.bindings or asked.details or asked.documents)

    def _keep_stored(self, values: dict[str, object]) -> None:
        """Add what there is of materialized data to the values by which stats are read."""
        asked, stored = self.asked, self._reading.stored
        stats = {} if self.is_idle else stored.values(STATS, asked.window)
        if stats and self._asks_for_days and not stored.mixed:
            days = stored.values(DAYS, asked.window).get(f"stored_{DAYS}")
            stats = {**stats, f"stored_{STATS}": days} if days else stats
        exports = (
            {} if self.is_idle or stored.has(STATS) else stored.values(CATALOG_STATS, Window())
        )
        self.is_stored = bool(stats)
        if stats or exports:
            values |= {**exports, **stats, "stored": MARKED}
        if stats and asked.details and stored.has_odd:
            values["odd"] = MARKED
        if stats:
            values["stats_stored"] = part("relations/stored_stats.sql", values)
        if exports:
            values["exports_stored"] = part("relations/stored_exports.sql", values)
        bindings = stored.values(BINDINGS, asked.window) if stats and "bindings" in values else {}
        self.has_stored_bindings = bool(bindings)
        if bindings:
            self._engine.keep("stored_movements", {**values, **bindings})

    @property
    def width(self) -> Values:
        """Mark how wide counters are: 64 bits with a sign, or more where one does not fit."""
        return {"wide" if self.is_wide else "narrow": MARKED}

    def reach(self, engine: Engine, reading: Reading) -> Reach:
        """Give the oldest and the newest time of the asked tasks' stats, in ns."""
        self._engine, self._reading = engine, reading
        reading.attempt(lambda: self._keep(Window(), of_files=True))
        oldest, newest = engine.rows("relations/stats_reach.sql")[0]
        return joined((oldest, newest), reading.stored.reach(STATS, self.asked.kind))

    def bad_lines(self) -> dict[int, int]:
        """Count the lines of each file, by its place, that are no ops documents."""
        return {place: bad for place, bad, *_ in self._noticed if bad}

    @property
    def has_odd_documents(self) -> bool:
        """Tell whether there are documents without a time or a task, or of bad counts."""
        return any(sum(row[2:]) for row in self._noticed)

    def problems(self) -> list[Problem]:
        """Name the files in which counts are no numbers."""
        return [
            file_problem(
                self._reading.files[place],
                f"holds {lossy} stats documents with counts that are no numbers, taken for zero",
            )
            for place, *_, lossy in self._noticed
            if lossy
        ]

    def account(self, account: Account) -> None:
        """Add to an account which documents were left out, or may count twice."""
        asked, engine = self.asked, self._engine
        if asked.grains or not asked.window.is_open:
            account.untimed["stats document"] += sum(row[2] for row in self._noticed)
        account.nameless["stats document"] += sum(row[3] for row in self._noticed)
        account.add(self.problems())
        kinds = {file.fragment is None for file in self._reading.files}
        if len(kinds) > 1:
            account.unmarked += engine.value("relations/unmarked.sql")
        account.twofold += engine.value("relations/twofold.sql")
        if not asked.uncommitted:
            account.uncommitted += engine.value("relations/left_uncommitted.sql")
        account.bounded = not asked.window.is_open
        account.from_export = self.is_exported
        if not self.is_exported:
            account.exported += self._found[1]
