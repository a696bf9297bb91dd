"""What was read to answer, and what could not be: the matter of every note on stderr."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from flowctl_ops.sources import Hole, Problem

Reach = tuple[int | None, int | None]  # the oldest and the newest time of documents, in ns


def joined(one: Reach, other: Reach) -> Reach:
    """Give the reach of the documents of both."""
    oldest = [each[0] for each in (one, other) if each[0] is not None]
    newest = [each[1] for each in (one, other) if each[1] is not None]
    return min(oldest, default=None), max(newest, default=None)


@dataclass
class Account:
    """Counts and names of what an answer is made of, and of what it leaves out.

    `passed` counts by reason what was not opened. `problems` are named one by one;
    `more_bad_lines` is how many bad lines there are beside. `untimed`, `nameless` and `uncommitted`
    count documents that an answer leaves out, `unmarked` those that may be copies of others,
    `twofold` those that share a UUID with other content, `bounded` tells that files beyond a window
    were not read, where acknowledgements may be; `exported` counts those of Flow's own roll-up;
    `from_export` tells that all of the answer is from one.
    """

    found: int = 0
    opened: int = 0
    passed: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    more_bad_lines: int = 0
    unfinished_lines: int = 0
    untimed: Counter[str] = field(default_factory=Counter)
    nameless: Counter[str] = field(default_factory=Counter)
    unmarked: int = 0
    twofold: int = 0
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

    def add(self, problems: Iterable[Problem]) -> None:
        """Add problems, each once."""
        self.problems += [
            problem for problem in dict.fromkeys(problems) if problem not in self.problems
        ]
