"""From Python's `logging`, and from structlog, to a log handler.

Source: Flow's connectors' `estuary_cdk/logger.py` for the names of fields.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Mapping, MutableMapping

from flowctl_ops.publish.handlers import LogHandler
from flowctl_ops.publish.values import Log
from flowctl_ops.vocabulary import Level

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_USUAL = logging.makeLogRecord({}).__dict__
_OWN = frozenset(_USUAL) | {"message", "asctime", "taskName"}
_STRUCTLOG = frozenset({"event", "level", "timestamp"})
_LEVELS = {
    logging.DEBUG: Level.DEBUG,
    logging.INFO: Level.INFO,
    logging.WARNING: Level.WARN,
    logging.ERROR: Level.ERROR,
    logging.CRITICAL: Level.ERROR,  # nothing is above it
}


def level_of(number: int) -> Level:
    """Give Flow's level for a number of `logging`: CRITICAL is error, below DEBUG is trace."""
    known = _LEVELS.get(number)
    if known is not None:
        return known
    return next((level for least, level in _DESCENDING if number >= least), Level.TRACE)


_DESCENDING = sorted(_LEVELS.items(), reverse=True)


class LoggingHandler(logging.Handler):
    """Passes the records of Python's `logging` to a log handler.

    What was given as `extra` becomes fields, and so do the logger's name as `source` and the place
    as `file`; an exception becomes `error`, a chain if it has causes, and `traceback`, a list of
    lines.
    """

    def __init__(self, handler: LogHandler, level: int = logging.NOTSET) -> None:
        super().__init__(level)
        self._handler = handler

    def emit(self, record: logging.LogRecord) -> None:
        """Publish one record; as `logging` has it, a failure is reported and raises nothing."""
        try:
            self._handler(self._log(record))
        except Exception:  # noqa: BLE001 - as logging's own handlers
            self.handleError(record)

    def _log(self, record: logging.LogRecord) -> Log:
        given = record.__dict__
        fields: dict[str, Any] = {
            "source": record.name,
            "file": f"{record.pathname}:{record.lineno}",
        }
        if len(given) > len(_USUAL):
            fields |= {key: value for key, value in given.items() if key not in _OWN}
        if record.exc_info and record.exc_info[1] is not None:
            fields["error"] = record.exc_info[1]
            fields["traceback"] = _lines(record.exc_info[1])
        if record.stack_info:
            fields["stack"] = record.stack_info.splitlines()
        ts = int(record.created * 1_000_000) * 1000
        return Log(record.getMessage(), level_of(record.levelno), fields, ts)


def _lines(error: BaseException) -> list[str]:
    return "".join(traceback.format_exception(error)).splitlines()


def structlog_processor(
    handler: LogHandler,
) -> Callable[[Any, str, MutableMapping[str, Any]], MutableMapping[str, Any]]:
    """Make a processor for structlog that publishes each event and passes it on."""

    def process(_: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        handler(structlog_log(method, event))
        return event

    return process


def structlog_log(method: str, event: Mapping[str, Any]) -> Log:
    """Make a log of structlog's event: what is not `event`, `level` or `timestamp` is a field."""
    fields = {key: value for key, value in event.items() if key not in _STRUCTLOG}
    name = str(event.get("level", method)).upper()
    number = logging.getLevelNamesMapping().get(name, logging.INFO)
    if name == "EXCEPTION":
        number = logging.ERROR
    return Log(str(event.get("event", "")), level_of(number), fields)
