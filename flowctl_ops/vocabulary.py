"""Flow's words as closed sets."""

from __future__ import annotations

from enum import StrEnum


class Collection(StrEnum):
    """The two ops collections of a tenant, by the last part of their names."""

    LOGS = "logs"
    STATS = "stats"


class TaskKind(StrEnum):
    """The three kinds of task, as `shard.kind` and the `kind=` of a journal spell them."""

    CAPTURE = "capture"
    DERIVATION = "derivation"
    MATERIALIZATION = "materialization"


class Level(StrEnum):
    """Log levels from worst to least, by what the user of a task is to do about a log.

    `error`: act. The task cannot go on by itself: a mistake in its configuration, an endpoint that
    refuses it, a defect of ours. `warn`: look into it when there is time. It is tried again, or
    something was passed over. `info`: what happens in a task's life, and what somebody may want to
    read every day. `debug`: what helps to find out why a task does not do what it should. `trace`:
    everything else, for whoever reads a gigabyte of logs to find it.

    Nothing is above error: whoever has an error is to act, and a louder word changes nothing for
    them. What is worse is the operator's to mend, and belongs into the operator's own logging,
    with everything else that the user of a task can neither understand nor change.

    Source: ops.proto, `Log.Level` 1 to 5; Flow's `go/protocols/ops/README.md`.
    """

    ERROR = "error"
    WARN = "warn"
    INFO = "info"
    DEBUG = "debug"
    TRACE = "trace"

    @property
    def rank(self) -> int:
        """1 for error to 5 for trace; a question for warn keeps ranks up to 2."""
        return list(Level).index(self) + 1


class Grain(StrEnum):
    """How long the buckets of Flow's roll-up are; each begins at a full hour, day or month, UTC."""

    HOURLY = "hourly"
    DAILY = "daily"
    MONTHLY = "monthly"


class Whose(StrEnum):
    """Whose rows of the roll-up are asked for."""

    TASKS = "tasks"
    COLLECTIONS = "collections"
    PREFIXES = "prefixes"
    ALL = "all"


class By(StrEnum):
    """By what stats are summed, if not by name."""

    BINDING = "binding"
    KIND = "kind"
    TENANT = "tenant"


class Sort(StrEnum):
    """By what names are put in order."""

    NAME = "name"
    BYTES = "bytes"
    DOCS = "docs"
    TRANSACTIONS = "transactions"
    WARNINGS = "warnings"
    ERRORS = "errors"
    FAILURES = "failures"
    USAGE = "usage"
    NEWEST = "newest"


class Unit(StrEnum):
    """What a column's numbers or text stand for, where a renderer should know."""

    TEXT = "text"
    TIME = "time"
    JSON = "json"
    DOCUMENT = "document"  # a whole Flow document, to be passed on as it is
    LINE = "line"  # text that is laid out and styled already
    NUMBER = "number"
    COUNT = "count"
    BYTES = "bytes"
    SECONDS = "seconds"
    HOURS = "hours"  # seconds, shown as hours
    SHARES = "shares"  # a list of counts, shown as a sparkline
    MONEY = "money"
    BAR = "bar"  # bytes, drawn as a bar
    AGE = "age"  # seconds, shown as how long ago
    STATE = "state"  # how a task is, shown the louder the worse
    LIST = "list"  # a list of values or objects, which only JSON has a place for
    NOTE = "note"  # text on a line of its own below the row
