"""The writing half: log handlers, and a connector's output into a task's ops collections.

    from flowctl_ops.publish import Log, Shard, collection_handler

    with collection_handler("ops-data", Shard("capture", "acmeCo/my/capture")) as handler:
        handler(Log("backfill is done", "info", {"table": "orders", "rows": 1200}))

It imports nothing but the standard library, and `logging` only where it is asked for.
"""

from __future__ import annotations

from flowctl_ops.publish.handlers import (
    Context,
    LogHandler,
    at_level,
    collection_handler,
    handler_for,
    publish_stats,
    stderr_handler,
    tee,
)
from flowctl_ops.publish.journals import Limits
from flowctl_ops.publish.publishers import Logs, StatsPublisher, Transaction
from flowctl_ops.publish.stats import Binding, Derive, DocsAndBytes, Interval, Stats, Transform
from flowctl_ops.publish.values import Log, Shard
from flowctl_ops.vocabulary import Level, TaskKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from flowctl_ops.publish.python_logging import LoggingHandler, structlog_processor

__all__ = [
    "Binding",
    "Context",
    "Derive",
    "DocsAndBytes",
    "Interval",
    "Level",
    "Limits",
    "Log",
    "LogHandler",
    "LoggingHandler",
    "Logs",
    "Shard",
    "Stats",
    "StatsPublisher",
    "TaskKind",
    "Transaction",
    "Transform",
    "at_level",
    "collection_handler",
    "handler_for",
    "publish_stats",
    "stderr_handler",
    "structlog_processor",
    "tee",
]


def __getattr__(name: str) -> Any:
    """Import what needs `logging` when it is asked for."""
    if name in {"LoggingHandler", "structlog_processor"}:
        from flowctl_ops.publish import python_logging  # noqa: PLC0415 - costs 5 ms

        return getattr(python_logging, name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
