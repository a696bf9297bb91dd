"""What the user asked for, as frozen values made before any data is read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cached_property

from flowctl_ops.vocabulary import Grain, Sort, TaskKind, Whose

IGNORE_CASE = "(?i)"
NO_LIMIT = 2**62
HOUR_NS = 3_600_000_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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
        return len(self.names) == 1 and is_one_name(self.names[0])


def is_one_name(name: str) -> bool:
    """Tell a catalog name from a prefix or a glob, which many may match."""
    return not name.endswith("/") and "*" not in name


def _name_regex(name: str) -> str:
    regex = ".*".join(map(re.escape, name.split("*")))
    return regex + ".*" if name.endswith("/") else regex


@dataclass(frozen=True)
class Window:
    """Nanoseconds since the Unix epoch, UTC: `since` inclusive, `until` exclusive; None is open."""

    since: int | None = None
    until: int | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether every time will do, an unreadable one too."""
        return self.since is None and self.until is None

    @property
    def is_empty(self) -> bool:
        """Tell whether no time can lie in it."""
        return self.since is not None and self.until is not None and self.since >= self.until

    def widened(self, grain: Grain) -> Window:
        """Give the window of the whole buckets of a grain that this one has a part in."""
        if self.is_empty:
            return self
        since = None if self.since is None else _bucket(self.since, grain)
        until = None if self.until is None else _bucket(self.until - 1, grain, 1)
        return Window(
            None if since is None else clamped(since), None if until is None else clamped(until)
        )


def clamped(ns: int) -> int:
    """Give the nearest time that 64 bits of nanoseconds can say."""
    return max(min(ns, 2**63 - 2), -(2**63) + 2)


def sql_time(ns: int | None) -> str | None:
    """Write a time in ns as SQL reads it, UTC."""
    if ns is None:
        return None
    return f"{_EPOCH + timedelta(seconds=ns // 10**9):%Y-%m-%d %H:%M:%S}.{ns % 10**9:09d}"


def rfc3339(ns: int) -> str:
    """Write a time in ns as RFC 3339, UTC, to the second where it has no fraction."""
    try:
        moment = _EPOCH + timedelta(microseconds=ns // 1000)
    except OverflowError:
        return "a time out of range"
    fraction = f".{ns % 1_000_000_000:09d}".rstrip("0").rstrip(".")
    return f"{moment:%Y-%m-%dT%H:%M:%S}{fraction}Z"


def _bucket(ns: int, grain: Grain, later: int = 0) -> int:
    """Give the start of the bucket that a time lies in, or of one so many later, in ns, UTC."""
    if grain is not Grain.MONTHLY:
        width = HOUR_NS if grain is Grain.HOURLY else 24 * HOUR_NS
        return ns // width * width + later * width
    day = _EPOCH + timedelta(microseconds=ns // 1000)
    month = day.year * 12 + day.month - 1 + later
    start = datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC)
    return (start - _EPOCH) // timedelta(hours=1) * HOUR_NS


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

    @property
    def said(self) -> dict[str, object]:
        """Give it as SQL takes it."""
        return {
            "path": self.path,
            "flat_path": self.flat_path,
            "operator": str(self.operator),
            "wanted": self.value,
            "is_number": self.number is not None,
        }


@dataclass(frozen=True)
class FieldFilter:
    """Which members of `fields` text shows beside the error: those wanted, or all but some."""

    wanted: tuple[str, ...] | None = None
    unwanted: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Tell whether all are shown."""
        return self.wanted is None and not self.unwanted


@dataclass(frozen=True)
class LogFilter:
    """Which logs are asked for, and which part of them is shown.

    `notable` asks for what tells of a task's life, too, whatever its level.
    """

    names: NameFilter = field(default_factory=NameFilter)
    kind: TaskKind | None = None
    window: Window = field(default_factory=Window)
    max_rank: int | None = None
    notable: bool = False
    grep: str | None = None
    grep_all: str | None = None
    invert: bool = False
    where: tuple[Condition, ...] = ()
    before: int = 0
    after: int = 0
    tail: int | None = None
    reverse: bool = False

    @property
    def is_selective(self) -> bool:
        """Tell whether few of the logs in scope may match."""
        filtered = (self.max_rank, self.grep, self.grep_all) != (None,) * 3 or bool(self.where)
        return (filtered or not self.window.is_open) and not self.has_context

    @property
    def has_context(self) -> bool:
        """Tell whether lines around the matches are shown too."""
        return self.before > 0 or self.after > 0


@dataclass(frozen=True)
class StatsFilter:
    """Which stats are counted, and what is kept of them.

    `names` are those of tasks, or open where what other tasks say of a name matters too. `bindings`
    keeps each binding of a document, `details` what the roll-up keeps of it, `documents` itself.
    `grains` are the buckets of the roll-up, none for no roll-up.
    """

    names: NameFilter = field(default_factory=NameFilter)
    kind: TaskKind | None = None
    window: Window = field(default_factory=Window)
    grains: tuple[Grain, ...] = ()
    uncommitted: bool = False
    bindings: bool = False
    details: bool = False
    documents: bool = False


@dataclass(frozen=True)
class Rows:
    """Which rows of the roll-up are shown, and in which order; None means the filter's default."""

    names: tuple[str, ...] = ()
    whose: str = Whose.TASKS
    sort: Sort = Sort.NAME
    top: int | None = None
    kind: TaskKind | None = None

    @property
    def limit(self) -> int:
        """How many rows are shown at most."""
        return self.top or NO_LIMIT

    @property
    def of_tasks(self) -> bool:
        """Tell whether rows are what tasks did, one by one or summed, and of no other names."""
        return self.whose in {Whose.TASKS, "kind", "tenant"}
