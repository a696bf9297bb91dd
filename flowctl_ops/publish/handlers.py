"""Log handlers: callables that take a log that a task's user should see.

Source: Flow `go/protocols/ops/README.md`, `go/protocols/ops/local_publisher.go`.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable

from flowctl_ops.errors import UsageError
from flowctl_ops.publish.frozen import Frozen
from flowctl_ops.publish.jsons import fields_text
from flowctl_ops.publish.names import check_level
from flowctl_ops.publish.publishers import RANKS, Logs, StatsPublisher
from flowctl_ops.publish.stats import Stats
from flowctl_ops.publish.times import write
from flowctl_ops.publish.values import Log, Shard
from flowctl_ops.vocabulary import Level

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

    from flowctl_ops.publish.journals import Fsync

LogHandler = Callable[[Log], None]
"""Takes one log. It publishes to the task's ops collection or prints: that is for it to know."""

LOCAL = "local"
"""The name of the journal that Flow gives a task that runs on somebody's own machine."""


class Context(Frozen):
    """Where code runs: for which shard, and where the logs of that shard go.

    `journal` may be `local`, as Flow's labels have it; then, and without `data`, logs are printed.
    """

    __slots__ = ("data", "journal", "level", "shard")
    shard: Shard
    data: str | os.PathLike[str] | None
    level: Level | str
    journal: str | None

    def __init__(
        self,
        shard: Shard,
        data: str | os.PathLike[str] | None = None,
        level: Level | str = Level.INFO,
        journal: str | None = None,
    ) -> None:
        self._set(shard=shard, data=data, level=level, journal=journal)


def handler_for(context: Context) -> LogHandler:
    """Pick the handler for where the code runs, as Flow's runtime does.

    Raises:
        OSError: if the collection cannot be written.
    """
    if context.data is None or context.journal == LOCAL:
        return at_level(context.level, stderr_handler(context.shard))
    return collection_handler(context.data, context.shard, context.level)


def collection_handler(
    data: str | os.PathLike[str],
    shard: Shard,
    level: Level | str = Level.INFO,
    *,
    fsync: Fsync = "never",
) -> Logs:
    """Make the handler that publishes to the task's logs collection below a data folder.

    Once a call of it returns, the log outlives the process, and with `fsync="always"` a power cut.
    It is closed by `close` or as a context manager.

    Raises:
        OSError: if the collection cannot be written.
        UsageError: if the level is none of Flow's.
    """
    return Logs(data, shard, level, fsync=fsync)


def stderr_handler(shard: Shard | None = None, stream: TextIO | None = None) -> LogHandler:
    """Make the handler that prints: lines for people on a terminal, else Flow's canonical JSON.

    A task's name stands in the fields, as other tasks may print there, too. `stream` is for
    stderr, looked up when a log is printed.
    """

    def handle(log: Log) -> None:
        target = stream or sys.stderr
        if shard is not None and "task" not in log.fields:
            fields = {**log.fields, "task": shard.name}
            log = Log(log.message, log.level, fields, log.ts, log.shard, log.spans)
        shown = _as_text(log) if target.isatty() else log.json()
        target.write(shown + "\n")
        target.flush()

    return handle


def _as_text(log: Log) -> str:
    """Lay out a log for people, of whom a process that runs as a service has none."""
    from flowctl_ops.publish.decode import Line  # noqa: PLC0415 - with the next two, 5 ms
    from flowctl_ops.publish.text import line  # noqa: PLC0415
    from flowctl_ops.publish.tokens import members  # noqa: PLC0415

    fields = fields_text(log.fields) if log.fields else ""
    decoded = Line(write(log.ts), str(log.level), log.message, fields)
    decoded.texts = dict(members(fields)) if fields else None
    return line(decoded)


def at_level(level: Level | str, handler: LogHandler) -> LogHandler:
    """Pass on only logs of this level and worse.

    Raises:
        UsageError: if the level is none of Flow's.
    """
    most = RANKS[check_level(level)]

    def handle(log: Log) -> None:
        if RANKS[log.level] <= most:
            handler(log)

    return handle


def tee(*handlers: LogHandler) -> LogHandler:
    """Pass each log on to all handlers; if some raise, the first error is raised at the end."""
    if not handlers:
        raise UsageError("tee needs a handler", "give one or more")

    def handle(log: Log) -> None:
        failure: Exception | None = None
        for handler in handlers:
            try:
                handler(log)
            except Exception as error:  # noqa: BLE001 - the others are to have the log, too
                failure = failure or error
        if failure is not None:
            raise failure

    return handle


def publish_stats(
    stats: Stats, data: str | os.PathLike[str] | None = None, *, fsync: Fsync = "never"
) -> None:
    """Publish one stats document to the collection of its shard's task below a data folder.

    Without one it is printed to stderr as Flow's local runs do: as a debug log. Who publishes many
    keeps a `StatsPublisher`.

    Raises:
        OSError: if it cannot be written; then it does not count.
    """
    if data is None:
        document = json.loads(stats.json())
        stderr_handler(stats.shard)(Log("transaction stats", Level.DEBUG, {"stats": document}))
        return
    with StatsPublisher(data, stats.shard, fsync=fsync) as publisher:
        publisher.publish_stats(stats)
