"""Stats documents: those that count, each once, and what they come to by name and time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from flowctl_ops.engine import Engine
from flowctl_ops.errors import NotATask, UnknownName, UnknownTask
from flowctl_ops.filters import LogFilter, NameFilter, Rows, StatsFilter, TimeRange
from flowctl_ops.relations import reduce
from flowctl_ops.relations.logs import Logs
from flowctl_ops.relations.source import Source
from flowctl_ops.sources import Reader, SourceFile, as_text, nearest
from flowctl_ops.sources.files import Codec
from flowctl_ops.vocabulary import Collection, Grain, Level, Whose

_BATCH_BYTES = 384 << 20
_PARTS = 2  # how much more is kept of a document with its parts
_NOTHING_BYTES = 16 << 20  # for which the usual room will do
# Less room where much is kept: the engine reserves more than it fills while it reads little.
_LITTLE_MB, _MUCH_MB = 1072, 576
_INFLATED = 8  # how much longer than itself a compressed file may be
_DAY_HOURS = 24


class Stats:
    """The stats that a filter asks for, counted by Flow's rules.

    Journals are read a batch at a time, so that memory does not grow with the data: what is
    committed is decided within a journal, and what is summed is small.
    """

    def __init__(self, source: Source, asked: StatsFilter) -> None:
        self._source = source
        self.engine: Engine = source.engine
        self._asked = asked
        self._bad_lines: dict[int, int] = {}
        self._noticed: Counter[str] = Counter()
        self._exported = False
        self._kept: frozenset[str] = frozenset()  # the public views that are filled

    def summarize(self) -> list[Reader]:
        """Sum stats, and the warnings, errors and failures of logs, into the table `summaries`.

        Give the readers that were used; the source's account says what came of them.
        """
        reader = self.count()
        return [reader] if self._exported else [reader, self._count_logs()]

    def count(self) -> Reader:
        """Sum stats alone: into `summaries`, and what the filter asks for beside."""
        reader = self._source.open(Collection.STATS, self._asked.window)
        self._sum_all(reader)
        if self.engine.value("relations/use_exports.sql"):
            self._take_exports()
        else:
            self._source.account.exported += self.engine.value("relations/count_exports.sql")
            self._join_details()
        self._account(reader)
        return reader

    def check_names(self, rows: Rows, names: NameFilter, *readers: Reader) -> None:
        """Refuse names that nothing in the data has.

        Raises:
            UnknownTask: if no task has the name.
            NotATask: if a collection has it, where tasks are asked for.
            UnknownName: if nothing has it, where other names are asked for too.
        """
        known = self._names()
        if not rows.of_tasks:
            missing = _missing(names, known)
            if missing and not self._asked.window.is_open:  # perhaps of another time
                known = self._names_of_all_times()
                missing = _missing(names, known)
                Stats(self._source.again(), self._asked).summarize()
            if missing:
                raise UnknownName(missing[0], nearest(missing[0], set(known)))
            return
        missing = _missing(names, [name for name, is_task in known.items() if is_task])
        try:
            self._source.check_names(NameFilter(tuple(missing)), *readers)
        except UnknownTask as error:
            if not (self._asked.collections and self._asked.window.is_open):
                known = self._names_of_all_times()
            if not _missing(NameFilter((error.name,)), known):
                raise NotATask(error.name) from error
            raise

    def _names(self) -> dict[str, bool]:
        return dict(self.engine.rows("relations/catalog_names.sql"))

    def _names_of_all_times(self) -> dict[str, bool]:
        """Give the names that all of the data speaks of; what was summed before is lost."""
        everything = replace(
            self._asked, names=NameFilter(), kind=None, window=TimeRange(), collections=True
        )
        Stats(self._source.again(NameFilter()), everything).summarize()
        return self._names()

    def keep(self, views: Iterable[str]) -> None:
        """Read all that is asked for into those of the views `stats`, `bindings` that are named."""
        reader = self._source.open(Collection.STATS, self._asked.window)
        self._kept = frozenset(views) & {"stats", "bindings"}
        self._sum_all(reader)
        self._publish()
        self._account(reader)

    def keep_none(self) -> None:
        """Make the same views without rows, and open no file."""
        reader = Reader(self.engine, [], TimeRange(), Collection.STATS)
        self._ask(reader)
        self._sum(reader, [[]])
        self._publish()

    def _publish(self) -> None:
        if not self._kept:
            self.engine.script("relations/empty_kept.sql")
        self.engine.script("relations/public_stats.sql")

    def add_logs(self) -> None:
        """Count the logs that were matched as warnings, errors and failures."""
        if not self.engine.value("relations/use_exports.sql"):
            self.engine.script("relations/add_log_counts.sql")

    def roll_up(self, *, wanted: bool = True) -> None:
        """Make the public view `catalog_stats` of what was summed, of every name and grain.

        Where it is not wanted it has no rows.
        """
        if not wanted:
            self.engine.script("relations/empty_summaries.sql")
        grains = [str(grain) for grain in Grain]
        self.engine.script(
            "relations/catalog_asked.sql",
            whose=Whose.ALL,
            names=[],
            regexes=[],
            regex=None,
            first_ns=self._asked.window.since,
            end_ns=self._asked.window.until,
            kind=None,
        )
        self.fill_rows(grains)
        self.engine.script("relations/public_catalog_stats.sql")

    def fill_rows(self, grains: list[str]) -> None:
        """Fill `catalog_rows`: from what was summed, or from an export of Flow's own roll-up."""
        if not self.engine.value("relations/use_exports.sql"):
            self.engine.script("relations/catalog_rows.sql", grains=grains)
            return
        if not self._exported:
            self._take_exports()
        rows = self.engine.rows("relations/exported_grains.sql")
        exported = {grain for (grain,) in rows}
        coarser = max(map(_fineness, exported), default=-1)
        missing = [g for g in grains if g not in exported and _fineness(g) > coarser]
        self.engine.script("relations/catalog_rows.sql", grains=missing)
        self.engine.script("relations/exported_rows.sql", grains=grains)

    def _take_exports(self) -> None:
        self.engine.script("relations/export_rows.sql")
        if self._asked.bindings or self._asked.lag:
            self.engine.script("relations/export_movements.sql")
        if self._asked.bindings:
            self.engine.script("relations/export_bindings.sql")
        if self._asked.lag:
            self.engine.script("relations/export_lag.sql")
        self._join_details()
        self._exported = self._source.account.from_export = True

    def newest_ns(self) -> int | None:
        """Give the time of the newest stats or log document, in ns; None if there is none."""
        logs = Logs(self._source, LogFilter(names=self._asked.names, kind=self._asked.kind))
        times = [self.coverage()[1], logs.newest_ns()]
        return max((ns for ns in times if ns is not None), default=None)

    def coverage(self) -> tuple[int | None, int | None]:
        """Give the oldest and the newest time of the asked tasks' stats, in ns."""
        reader = self._source.open(Collection.STATS, TimeRange())
        self._ask(reader, window=TimeRange())
        times: list[int] = []

        def take() -> None:
            self.engine.script("relations/read_stats.sql")
            for row in self.engine.rows("relations/stats_coverage.sql"):
                times.extend(ns for ns in row if ns is not None)

        reader.read(times.clear, take)
        return min(times, default=None), max(times, default=None)

    def _ask(self, reader: Reader, *, window: TimeRange | None = None) -> None:
        asked = self._asked
        settled = reader.is_all_of(asked.names, asked.kind)
        window = window or asked.window
        unit = Grain.DAILY if self._is_long() else Grain.HOURLY
        shares = not asked.grains and window.since is not None and window.until is not None
        self.engine.define("relations/stats_macros.sql")
        if self._with_parts:
            self.engine.define("relations/detail_macros.sql")
        self.engine.script(
            "relations/stats_asked.sql",
            names_regex=None if settled else asked.names.regex,
            kind=None if settled else asked.kind,
            since_ns=window.since,
            until_ns=window.until,
            count_uncommitted=asked.uncommitted,
            keep_details=asked.details,
            keep_shards=asked.lag,
            keep_documents="stats" in self._kept,
            slot_grain=None if shares else min(asked.grains, key=_fineness, default=unit),
            slot_since=window.since,
            slot_width=_width(window, asked.shares) if shares else None,
        )

    def _is_long(self) -> bool:
        """Tell whether journals reach over so long a time that its shares are days or more."""
        fragments = [file.fragment for file in self._source.found.files if file.fragment]
        hours = [fragment.hour for fragment in fragments if fragment.hour is not None]
        return bool(hours) and max(hours) - min(hours) > _DAY_HOURS * self._asked.shares

    @property
    def _with_parts(self) -> bool:
        return bool(self._kept) or self._asked.needs_parts

    @property
    def _room(self) -> int:
        """How many bytes of journals are read at once."""
        return _BATCH_BYTES // (_PARTS if self._with_parts else 1)

    def _batches(self, reader: Reader) -> list[list[int]]:
        """Cut the files into batches that hold whole streams and not too many bytes."""
        batches: list[list[int]] = [[]]
        size = 0
        for group in reader.groups():
            for stream in reader.streams(group):
                length = sum(_length(reader.files[place]) for place in stream)
                if size and size + length > self._room:
                    batches.append([])
                    size = 0
                batches[-1].extend(stream)
                size += length
        return batches

    def _sum_all(self, reader: Reader) -> None:
        self._ask(reader)
        batches = self._batches(reader)
        self._sum(reader, batches)
        shared = [number for (number,) in self.engine.rows("relations/shared_producers.sql")]
        if shared:  # copies of one journal lie apart: what counts once must be seen at once
            together = [place for number in shared for place in batches[number]]
            rest = [batch for number, batch in enumerate(batches) if number not in shared]
            self._sum(reader, [sorted(together), *rest])

    def _sum(self, reader: Reader, batches: Sequence[Sequence[int]]) -> None:
        self.engine.script("relations/empty_summaries.sql")
        tasks = sorted(
            {(file.task, file.kind) for file in self._source.found.files if file.task}, key=str
        )
        self.engine.script(
            "relations/known_tasks.sql",
            tasks=[as_text(task) for task, _ in tasks],
            kinds=[kind for _, kind in tasks],
        )
        if self._asked.lag:
            self.engine.script("relations/empty_lag.sql")
        if self._kept:
            self.engine.script("relations/empty_kept.sql")
        self.engine.script("relations/scanned_files.sql")
        self._bad_lines.clear()
        self._noticed.clear()
        kinds = {file.fragment is None for file in reader.files}
        for number, places in enumerate(batches):
            self._take(reader, places)
            self._notice(mixed=len(kinds) > 1)
            self.engine.script("relations/add_summaries.sql", batch=number)
            if self._asked.collections:
                self.engine.script("relations/add_collections.sql")
            if self._asked.lag:
                self.engine.script("relations/add_lag.sql")
            if self._asked.bindings:
                self.engine.script("relations/add_bindings.sql")
            if self._asked.details:
                self._add_details(number)
            for view in self._kept:
                self.engine.script(f"relations/keep_{view}.sql")
        if sum(map(_length, reader.files)) > _NOTHING_BYTES:
            self.engine.give_room(_MUCH_MB)

    def _take(self, reader: Reader, places: Sequence[int]) -> None:
        """Read a batch of streams, and decide what of it counts."""
        is_first = True
        length = sum(_length(reader.files[place]) for place in places)
        if length > _NOTHING_BYTES:
            self.engine.give_room(_MUCH_MB if length > self._room or self._kept else _LITTLE_MB)

        def start() -> None:
            nonlocal is_first
            is_first = True
            self.engine.script("relations/empty_stats_messages.sql")

        def take() -> None:
            nonlocal is_first
            self._read()
            if not is_first:
                self.engine.script("relations/more_stats_messages.sql")
            elif reader.shows_small_files():
                self.engine.script("relations/few_stats_messages.sql")
            else:
                self.engine.script("relations/stats_messages.sql")
            is_first = False

        while True:
            reader.read(start, take, places)
            if is_first:
                self.engine.script("relations/no_stats_messages.sql")
                self._read()
                self.engine.script("relations/stats_messages.sql")
            self.engine.script("relations/sequence_stats.sql")
            self.engine.script("relations/count_stats.sql")
            self.engine.script("relations/stats.sql")
            if self._with_parts:
                self.engine.script("relations/parts.sql")
            damaged = [
                file
                for file, bad, _, _ in self.engine.rows("relations/stats_account.sql")
                if bad and reader.is_damaged(file)
            ]
            if not reader.mend(damaged):
                return

    def _read(self) -> None:
        self.engine.script("relations/read_stats.sql")
        if self._with_parts:
            self.engine.script("relations/read_parts.sql")

    def _notice(self, *, mixed: bool) -> None:
        for file, bad, untimed, nameless in self.engine.rows("relations/stats_account.sql"):
            if bad:
                self._bad_lines[file] = bad
            self._noticed.update(untimed=untimed, nameless=nameless)
        if mixed:
            self._noticed["unmarked"] += self.engine.value("relations/unmarked.sql")
        if not self._asked.uncommitted:
            self._noticed["uncommitted"] += self.engine.value("relations/uncommitted.sql")

    def _add_details(self, batch: int) -> None:
        self.engine.script("relations/commits.sql")
        for grain in self._asked.grains:
            self.engine.script("relations/add_details.sql", grain=grain, batch=batch)
            rows = self.engine.rows("relations/odd_details.sql", grain=grain)
            self._insert(grain, batch, rows)

    def _join_details(self) -> None:
        """Reduce into one what several batches say of a task."""
        rows = self.engine.rows("relations/split_details.sql")
        if not rows:
            return
        self.engine.script("relations/drop_split_details.sql")
        for wanted in Grain:
            self._insert(
                wanted, 0, [(t, b, texts) for t, grain, b, texts in rows if grain == wanted]
            )

    def _insert(self, grain: str, batch: int, rows: Sequence[tuple[str, int, list[str]]]) -> None:
        if rows:
            self.engine.script(
                "relations/insert_details.sql",
                grain=grain,
                batch=batch,
                tasks=[task for task, _, _ in rows],
                buckets=[bucket for _, bucket, _ in rows],
                details=[reduce.details(texts) for _, _, texts in rows],
            )

    def _count_logs(self) -> Reader:
        asked = self._asked
        logs = LogFilter(
            names=asked.names, kind=asked.kind, window=asked.window, max_rank=Level.WARN.rank
        )
        if self._source.choose(Collection.LOGS, asked.window).files:
            reader = Logs(self._source, logs).match()
            self.engine.script("relations/add_log_counts.sql")
            return reader
        return Reader(self.engine, [], asked.window, Collection.LOGS)

    def _account(self, reader: Reader) -> None:
        account = self._source.account
        if self._asked.grains or not self._asked.window.is_open:
            account.untimed["stats document"] += self._noticed["untimed"]
        account.nameless += self._noticed["nameless"]
        account.unmarked += self._noticed["unmarked"]
        account.uncommitted += self._noticed["uncommitted"]
        account.bounded = not self._asked.window.is_open
        self._source.close(Collection.STATS, reader, self._bad_lines)


def _missing(names: NameFilter, known: Iterable[str]) -> list[str]:
    known = list(known)
    return [name for name in names.names if not any(map(NameFilter((name,)).matches, known))]


def _length(file: SourceFile) -> int:
    """Give how many bytes a file holds uncompressed; of other than fragments, perhaps."""
    fragment = file.fragment
    if fragment:
        return fragment.end - fragment.begin
    return file.size if file.codec is Codec.NONE else file.size * _INFLATED


def _fineness(grain: str) -> int:
    return ("hourly", "daily", "monthly").index(grain)


def _width(window: TimeRange, shares: int) -> int:
    return max(1, -(-((window.until or 0) - (window.since or 0)) // shares))
