"""The files of a question: found once, chosen for a window, read, and accounted for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection as Some
from collections.abc import Iterable
from functools import reduce

from flowctl_ops import sources
from flowctl_ops.engine import Engine
from flowctl_ops.errors import QueryFailed, UnknownTask
from flowctl_ops.filters import HOUR_NS, NameFilter, Window, is_one_name
from flowctl_ops.relations.account import Account, Reach, joined
from flowctl_ops.relations.data import MUCH, Data, Load
from flowctl_ops.relations.lines import name_lines
from flowctl_ops.sources import Found, Reading, Selection, SourceFile, StoredParts
from flowctl_ops.sources.stored import Store
from flowctl_ops.vocabulary import Collection, TaskKind


class Source:
    """The files below the data paths that tasks of these names may have, and their account.

    Those that were `found` already are not looked for.

    Raises:
        NothingFound: if the data paths hold nothing.
    """

    def __init__(
        self,
        engine: Engine,
        data: Data,
        names: NameFilter,
        kind: TaskKind | None = None,
        *,
        found: Found | None = None,
    ) -> None:
        self.engine = engine
        self.data = data
        self.account = Account()
        self.names = names
        self._is_whole = found is None
        self._has_all = not names.names and kind is None
        self.found = found or sources.find(data.paths, names, kind, engine.folder)
        self._selections: dict[tuple[Collection, Window], Selection] = {}
        self._chosen: dict[Collection, Selection] = {}
        self._windows: dict[Collection, Window] = {}
        self._named: set[str] = set()
        self._damaged: dict[str, str] = {}

    def again(self, names: NameFilter | None = None) -> Source:
        """Find the files of all tasks, or of some, once more, with an account of its own."""
        return Source(self.engine, self.data, names or NameFilter())

    def only(self, files: Iterable[SourceFile]) -> Source:
        """Give a source of some of its files, with an account of its own."""
        found = Found(files=list(files), kinds=self.found.kinds)
        return Source(self.engine, self.data, self.names, found=found)

    @property
    def names_all_tasks(self) -> bool:
        """Tell whether every file is a fragment of a journal, whose name tells its task."""
        return self.found.all_named

    def has_journals_of(self, documents: Collection) -> bool:
        """Tell whether there is a journal of a collection."""
        return any(file.journal and file.may_hold(documents) for file in self.found.files)

    def may_speak_of_each_other(self, names: NameFilter, *, of_tasks: bool) -> bool:
        """Tell whether other tasks' documents can say anything of these names, or of tasks alone.

        Captures and materializations are no collections; of other names it cannot be ruled out.
        """
        if not names.names or not self.found.all_named:
            return True
        if not of_tasks and not all(map(is_one_name, names.names)):
            return True
        return not all(self._is_known(name) for name in names.names) or any(
            map(names.matches, self.found.derivations)
        )

    def load(self, *loads: Load, window: Window, of_logs: Window | None = None) -> None:
        """Read what these loads ask for of a window; the account says what came of it.

        `of_logs` is the part of it in which logs are looked for, where that is not all.

        Where a file turns out to be gone or damaged, others may hold its bytes: files are chosen
        again without it, and all is read once more; as it is where a cache turns out to be damaged.
        """
        self._windows = {Collection.LOGS: of_logs or window, Collection.STATS: window}
        while True:
            self.reading = reading = self._read(
                [load.documents for load in loads if not load.is_idle], window
            )
            try:
                for load in loads:
                    load.load(self.engine, reading)
            except QueryFailed:
                if not self._gives_up(reading, is_damaged=True):
                    raise
                continue
            is_lost = self._gives_up(reading, is_damaged=bool(reading.stored.lost))
            if not is_lost and not self._choose_again(reading):
                break
        for load in loads:
            load.account(self.account)
        self._close(reading, loads)

    def _choose_again(self, reading: Reading) -> bool:
        """Tell whether other files are to be read, now that some are known to be damaged."""
        reading.note_changes()
        fragments = {file.path for file in reading.files if file.fragment is not None}
        damaged = {path: why for path, why in reading.lost.items() if path in fragments}
        if damaged.keys() <= self._damaged.keys():
            return False
        self._damaged |= damaged
        before, selections = self._chosen, self._selections
        self._chosen, self._selections = {}, {}
        for documents in before:
            self.choose(documents, self._windows[documents])
        if any(_bytes(before[each]) != _bytes(self._chosen[each]) for each in before):
            return True
        self._chosen, self._selections = before, selections
        return False

    def reach(self, *loads: Load) -> Reach:
        """Give the oldest and the newest time of all documents of the loads' names, in ns."""
        return self._reach(Window(), loads)

    def newest(self, *loads: Load) -> int | None:
        """Give the newest time of all documents of the loads' names, in ns; None if there is none.

        The fragments of the last hour have it, as far as their names tell which those are.
        """
        _, end = sources.told(self.found.files)
        if end is not None:
            _, newest = self._reach(Window(end - HOUR_NS), loads)
            if newest is not None and newest >= end - HOUR_NS:
                return newest
        return self.reach(*loads)[1]

    def _reach(self, window: Window, loads: Iterable[Load]) -> Reach:
        self._windows = dict.fromkeys(Collection, window)
        reading = self._read([load.documents for load in loads], window)
        found = [load.reach(self.engine, reading) for load in loads]
        nothing: Reach = (None, None)
        return reduce(joined, found, nothing)

    def _read(self, collections: Some[Collection], window: Window) -> Reading:
        """Choose the files that hold these collections' documents of a time; make them readable."""
        files: dict[str, SourceFile] = {}
        for documents in collections:
            chosen = self.choose(documents, self._windows[documents])
            files.update((file.path, file) for file in chosen.files)
        store = self._cached(files.values())
        if store is not None and self._is_alike(store, collections):
            stored = StoredParts((store,), self.names)
            return Reading(self.engine, (), window, collections, stored)
        return Reading(self.engine, files.values(), window, collections, self._stored(files))

    def _cached(self, files: Iterable[SourceFile]) -> Store | None:
        """Give what stands in for these files; None where they are little to read."""
        cache = self.data.cache
        is_much = sum(file.length for file in files) >= MUCH
        if cache is None or not is_much or not self._is_whole:
            return None
        return cache.store(self.found if self._has_all else None)

    def _is_alike(self, store: Store, collections: Some[Collection]) -> bool:
        """Tell whether a cache holds no document that a question does not open the file of."""
        is_close = self.data.slack < sources.DEFAULT_SLACK_NS
        tells_more = any(
            (is_close or not store.is_alike(self._windows[each]))
            and any(file.why_not == sources.OUTSIDE for file in self._chosen[each].left_out)
            for each in collections
        )
        if tells_more and self.data.cache is not None:
            self.data.cache.why_not = "it holds documents that were appended late"
        return not tells_more

    def _gives_up(self, reading: Reading, *, is_damaged: bool) -> bool:
        """Tell whether what was read from a cache has to be read from the files."""
        gives_up = is_damaged and bool(reading.stored.stores) and not self.found.stores
        if gives_up and self.data.cache is not None:
            self.data.cache.give_up()
        return gives_up

    def _stored(self, beside: Some[str]) -> StoredParts:
        """Give what is materialized, beside files that may hold the same documents."""
        is_mixed = len(self.found.stores) > 1 or bool(beside)
        return StoredParts(self.found.stores, self.names, mixed=is_mixed)

    def choose(self, documents: Collection, window: Window) -> Selection:
        """Choose the files that hold one collection's documents of a time, and open none.

        Chosen once for each time: to verify reads every byte.
        """
        asked = (documents, window)
        if asked not in self._selections:
            self._selections[asked] = sources.select(
                self.found.files,
                documents,
                window,
                slack=self.data.slack,
                verify=self.data.verify,
                damaged=self._damaged,
            )
        self._chosen[documents] = self._selections[asked]
        return self._selections[asked]

    def _close(self, reading: Reading, loads: Iterable[Load]) -> None:
        """Add to the account what reading came to."""
        account = self.account
        account.add(self.found.problems)
        for chosen in self._chosen.values():
            account.holes += [hole for hole in chosen.holes if hole not in account.holes]
            account.conflicts += [c for c in chosen.conflicts if c not in account.conflicts]
            account.add(chosen.problems)
        account.add(reading.problems)
        for load in loads:
            with_bindings = load.documents is Collection.STATS
            for place, count in sorted(load.bad_lines().items()):
                path = reading.files[place].path
                if count and path not in self._named:  # once, whichever collections it is read for
                    self._named.add(path)
                    name_lines(
                        account, self.engine, reading, place, count, with_bindings=with_bindings
                    )
        files = self._used().values()
        account.found = len(files)
        account.opened = sum(1 for file in files if not file.why_not)
        account.passed = Counter(file.why_not for file in files if file.why_not)
        account.passed.update(self.found.passed_folders)

    def files(self) -> list[SourceFile]:
        """Give every file found, in journal order, as the question used it."""
        return sorted(self._used().values(), key=lambda file: file.order)

    def _used(self) -> dict[str, SourceFile]:
        """Give the files by path: read if one collection's choice reads them."""
        files = {file.path: file for file in self.found.left_out}
        files |= {file.path: file for store in self.found.stores for file in store.files()}
        for chosen in self._chosen.values():
            for file in chosen.left_out:
                known = files.get(file.path)
                if known is None or known.why_not == sources.OTHER_COLLECTION:
                    files[file.path] = file
        for chosen in self._chosen.values():
            files.update((file.path, file) for file in chosen.files)
        return files

    def check_names(self, names: NameFilter) -> None:
        """Refuse names that no task of the data has, be it in a journal's name or in a document.

        Raises:
            UnknownTask: naming the first of them.
        """
        if not (unknown := self.unknown(names)):
            return
        spoken_of = self._names_kept(unknown) or self.names_in(self.found.files)
        for name in unknown:
            if not any(map(NameFilter((name,)).matches, spoken_of)):
                known = self.found.tasks | spoken_of
                raise UnknownTask(name, sources.nearest(name, known), known)

    def _names_kept(self, wanted: Iterable[str]) -> set[str]:
        """Give the tasks that a cache knows, if all that are wanted are among them."""
        store = self._cached(file for file in self.found.files if file.task is None)
        if store and all(any(map(NameFilter((name,)).matches, store.tasks)) for name in wanted):
            return set(store.tasks)
        return set()

    def names_in(self, files: Iterable[SourceFile]) -> set[str]:
        """Give the tasks that files of no journal speak of, whatever their time."""
        loose = [file for file in files if file.task is None]
        reading = Reading(self.engine, loose, Window())
        found: set[str] = set()

        def look() -> None:
            values = reading.documents(reading.readable)
            for rows in self.engine.ask_file("relations/task_names.sql", values):
                found.update(name for (name,) in rows)

        reading.attempt(look)
        return found

    def unknown(self, names: NameFilter) -> list[str]:
        """Give the names that no journal has."""
        return [name for name in names.names if not self._is_known(name)]

    def _is_known(self, name: str) -> bool:
        return any(map(NameFilter((name,)).matches, self.found.tasks))


def _bytes(selection: Selection) -> set[tuple[str, int, int | None]]:
    """Give which bytes of which files a selection reads."""
    return {(file.path, file.skip, file.take) for file in selection.files}
