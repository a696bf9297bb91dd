"""The files of a question: found once, opened by collection, and the account of reading them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from flowctl_ops import sources
from flowctl_ops.engine import Engine
from flowctl_ops.errors import UnknownTask
from flowctl_ops.filters import NameFilter, TimeRange, is_one_name
from flowctl_ops.relations.lines import named_lines
from flowctl_ops.sources import Hole, Problem, Reader, Selection, SourceFile
from flowctl_ops.vocabulary import Collection, TaskKind

_LINES_NAMED = 10


@dataclass(frozen=True)
class Data:
    """Where to look and how closely; `slack` is how late a document may be appended, in ns."""

    paths: tuple[str, ...]
    slack: int = sources.DEFAULT_SLACK_NS
    verify: bool = False


@dataclass
class Account:
    """What was read to answer, and what could not be: the matter of every note on stderr.

    `passed` counts by reason what was not opened. `problems` are named one by one;
    `more_bad_lines` is how many bad lines there are beside. `untimed`, `nameless` and `uncommitted`
    count documents that an answer leaves out, `unmarked` those that may be copies of others,
    `bounded` tells that files beyond a window were not read, where acknowledgements may be;
    `exported` counts those of Flow's own roll-up; `from_export` tells that all of the answer is
    from one.
    """

    found: int = 0
    opened: int = 0
    passed: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    more_bad_lines: int = 0
    unfinished_lines: int = 0
    untimed: Counter[str] = field(default_factory=Counter)
    nameless: int = 0
    unmarked: int = 0
    uncommitted: int = 0
    bounded: bool = False
    exported: int = 0
    from_export: bool = False
    holes: list[Hole] = field(default_factory=list)
    conflicts: list[Problem] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Tell whether all that was found could be read."""
        return not self.problems and not self.more_bad_lines


class Source:
    """The files below the data paths that tasks of these names may have, and their account.

    Raises:
        NothingFound: if the data paths hold nothing.
    """

    def __init__(
        self, engine: Engine, data: Data, names: NameFilter, kind: TaskKind | None = None
    ) -> None:
        self.engine = engine
        self.account = Account()
        self.found = sources.find(data.paths, names, kind, engine.folder)
        self.data = data
        self._names = names
        self._kind = kind
        self._selections: dict[tuple[Collection, TimeRange], Selection] = {}
        self._chosen: dict[Collection, Selection] = {}
        self._named: set[str] = set()

    def again(self, names: NameFilter | None = None) -> Source:
        """Find the same once more, of other names perhaps, with an account of its own."""
        if names is None:
            return Source(self.engine, self.data, self._names, self._kind)
        return Source(self.engine, self.data, names)

    def may_speak_of_each_other(self, names: NameFilter, *, of_tasks: bool) -> bool:
        """Tell whether other tasks' documents can say anything of these names, or of tasks alone.

        Captures and materializations are no collections; of other names it cannot be ruled out.
        """
        if not names.names or any(file.journal is None for file in self.found.files):
            return True
        if not of_tasks and not all(map(is_one_name, names.names)):
            return True
        return not all(self._is_known(name) for name in names.names) or any(
            map(names.matches, self.found.derivations)
        )

    def open(self, documents: Collection, window: TimeRange) -> Reader:
        """Choose the files that hold one collection's documents of a time, and make them readable.

        What is opened last of a collection is what the account speaks of.
        """
        chosen = self.choose(documents, window)
        return Reader(self.engine, chosen.files, window, documents)

    def choose(self, documents: Collection, window: TimeRange) -> Selection:
        """Choose the files that hold one collection's documents of a time, and open none.

        Chosen once for each time: to verify reads every byte.
        """
        asked = (documents, window)
        if asked not in self._selections:
            self._selections[asked] = sources.select(
                self.found.files, documents, window, slack=self.data.slack, verify=self.data.verify
            )
        self._chosen[documents] = self._selections[asked]
        return self._selections[asked]

    def close(self, documents: Collection, reader: Reader, bad_lines: Mapping[int, int]) -> None:
        """Add to the account what reading came to; `bad_lines` counts them by place."""
        chosen, account = self._chosen[documents], self.account
        account.holes += chosen.holes
        account.conflicts += chosen.conflicts
        _add_new(account.problems, [*self.found.problems, *chosen.problems, *reader.problems])
        for place, count in sorted(bad_lines.items()):
            self._name_lines(reader, place, count, with_bindings=documents is Collection.STATS)
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
        for chosen in self._chosen.values():
            for file in chosen.left_out:
                known = files.get(file.path)
                if known is None or known.why_not == sources.OTHER_COLLECTION:
                    files[file.path] = file
        for chosen in self._chosen.values():
            files.update((file.path, file) for file in chosen.files)
        return files

    def _name_lines(self, reader: Reader, place: int, count: int, *, with_bindings: bool) -> None:
        """Name the first bad lines of a file, as long as there is room for more of them.

        Once, whichever collections the file is read for.
        """
        account = self.account
        file = reader.files[place]
        if not count or file.path in self._named:
            return
        self._named.add(file.path)
        room = max(_LINES_NAMED - len(account.problems), 1)
        reader.show([place])
        classes: dict[int, str] = dict(
            self.engine.rows(
                "relations/bad_lines.sql", most=max(room, 2), with_bindings=with_bindings
            )
        )
        named = 0
        for problem, unfinished in named_lines(file, classes):
            named += 1
            if unfinished:
                account.unfinished_lines += 1
            elif named <= room:
                account.problems.append(problem)
            else:
                account.more_bad_lines += 1
        account.more_bad_lines += max(count - named, 0)

    def check_names(self, names: NameFilter, *readers: Reader) -> None:
        """Refuse names that no task of the data has, be it in a journal's name or in a document.

        Raises:
            UnknownTask: naming the first of them.
        """
        unknown = [name for name in names.names if not self._is_known(name)]
        if not unknown:
            return
        in_documents: set[str] = set()
        for reader in readers:
            for group in reader.groups():
                if any(reader.files[place].task is None for place in group):
                    reader.show(group)
                    rows = self.engine.rows("relations/task_names.sql")
                    in_documents.update(name for (name,) in rows)
        for name in unknown:
            if not any(map(NameFilter((name,)).matches, in_documents)):
                known = self.found.tasks | in_documents
                raise UnknownTask(name, sources.nearest(name, known), known)

    def _is_known(self, name: str) -> bool:
        return any(map(NameFilter((name,)).matches, self.found.tasks))


def _add_new(problems: list[Problem], more: list[Problem]) -> None:
    known = set(problems)
    problems += [problem for problem in dict.fromkeys(more) if problem not in known]
