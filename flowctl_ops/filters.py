"""What the user asked for, as frozen values made before any data is read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from flowctl_ops.vocabulary import TaskKind

IGNORE_CASE = "(?i)"


@dataclass(frozen=True)
class NameFilter:
    """Catalog names: exact, a prefix that ends in `/`, or a glob with `*`; several are or-ed."""

    names: tuple[str, ...] = ()

    @cached_property
    def regex(self) -> str | None:
        """A regular expression for the whole of a matching name; None where every name will do.

        Only `re.escape`d text and `.*`, so Python and RE2 read it alike.
        """
        return "|".join(map(_name_regex, self.names)) if self.names else None

    def matches(self, name: str) -> bool:
        """Tell whether a task of this name is asked for."""
        return self.regex is None or re.fullmatch(self.regex, name, re.DOTALL) is not None

    def one_task(self) -> bool:
        """Tell whether no more than one task can match."""
        return len(self.names) == 1 and not self.names[0].endswith("/") and "*" not in self.names[0]


def _name_regex(name: str) -> str:
    regex = ".*".join(map(re.escape, name.split("*")))
    return regex + ".*" if name.endswith("/") else regex


@dataclass(frozen=True)
class TimeRange:
    """Nanoseconds since the Unix epoch, UTC: `since` inclusive, `until` exclusive; None is open."""

    since: int | None = None
    until: int | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether every time will do, an unreadable one too."""
        return self.since is None and self.until is None


class Operator(StrEnum):
    """How `--where` compares; the longer spellings first, as the parser tries them in order."""

    NOT_EQUAL = "!="
    NOT_LIKE = "!~"
    AT_LEAST = ">="
    AT_MOST = "<="
    EQUAL = "="
    LIKE = "~"
    GREATER = ">"
    LESS = "<"


@dataclass(frozen=True)
class Condition:
    """One `--where`: where to look in a document, an operator, the text compared with.

    `path` and `flat_path` are JSON pointers: a dot in a key may lead into it or be part of it.
    """

    path: str
    flat_path: str
    operator: Operator
    value: str
    number: float | None


@dataclass(frozen=True)
class LogFilter:
    """Which logs are asked for, and which part of them is shown."""

    names: NameFilter = field(default_factory=NameFilter)
    kind: TaskKind | None = None
    window: TimeRange = field(default_factory=TimeRange)
    max_rank: int | None = None
    grep: str | None = None
    invert: bool = False
    where: tuple[Condition, ...] = ()
    before: int = 0
    after: int = 0
    tail: int | None = None
    reverse: bool = False

    @property
    def is_selective(self) -> bool:
        """Tell whether few of the logs in scope may match."""
        filtered = self.max_rank is not None or self.grep is not None or bool(self.where)
        return (filtered or not self.window.is_open) and not self.has_context

    @property
    def has_context(self) -> bool:
        """Tell whether lines around the matches are shown too."""
        return self.before > 0 or self.after > 0
