"""Python's `logging`, and structlog, through a log handler."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from flowctl_ops.publish import Log, LoggingHandler, Shard, collection_handler, structlog_processor
from tests.publish.files import read

Got = list[dict[str, Any]]


def made(name: str) -> logging.Logger:
    """A logger that nobody else has."""
    return logging.Logger(name, logging.NOTSET)  # noqa: LOG001 - as the sentence says


@pytest.fixture
def got() -> Got:
    return []


@pytest.fixture
def logger(got: Got) -> logging.Logger:
    logger = made("acme.source")
    logger.addHandler(LoggingHandler(lambda log: got.append(json.loads(log.json()))))
    return logger


LEVELS = {
    logging.CRITICAL: "error",
    logging.ERROR: "error",
    35: "warn",
    logging.WARNING: "warn",
    logging.INFO: "info",
    15: "debug",
    logging.DEBUG: "debug",
    5: "trace",
}


@pytest.mark.parametrize(("number", "level"), LEVELS.items())
def test_a_level_becomes_flows(number: int, level: str, logger: logging.Logger, got: Got) -> None:
    logger.log(number, "row %d of %s", 3, "orders")
    assert got[0]["level"] == level
    assert got[0]["message"] == "row 3 of orders"


def test_extra_becomes_fields(logger: logging.Logger, got: Got) -> None:
    logger.info("hi", extra={"rows": 3, "where": {"table": "orders"}})
    fields = got[0]["fields"]
    assert fields.pop("file").startswith(f"{__file__}:")
    assert fields == {"source": "acme.source", "rows": 3, "where": {"table": "orders"}}


def test_an_exception_becomes_error_and_traceback(logger: logging.Logger, got: Got) -> None:
    try:
        try:
            int("key")
        except ValueError as error:
            raise RuntimeError("read failed") from error
    except RuntimeError:
        logger.exception("oops")
    fields = got[0]["fields"]
    assert got[0]["level"] == "error"
    assert fields["error"] == ["read failed", "invalid literal for int() with base 10: 'key'"]
    assert fields["traceback"][0] == "Traceback (most recent call last):"
    assert fields["traceback"][-1] == "RuntimeError: read failed"
    assert all("\n" not in line for line in fields["traceback"])


def test_no_exception_gives_no_error(logger: logging.Logger, got: Got) -> None:
    logger.error("oops", exc_info=True)  # noqa: LOG014 - that is the case
    assert "error" not in got[0]["fields"]


def test_a_stack_becomes_a_list_of_lines(logger: logging.Logger, got: Got) -> None:
    logger.info("here", stack_info=True)
    assert got[0]["fields"]["stack"][0] == "Stack (most recent call last):"


def test_a_time_is_the_records(logger: logging.Logger, got: Got) -> None:
    logger.handle(
        logging.makeLogRecord({"created": 1668966397.25, "msg": "hi", "levelno": logging.INFO})
    )
    assert got[0]["ts"] == "2022-11-20T17:46:37.250Z"


def test_a_failing_handler_breaks_no_program(capsys: pytest.CaptureFixture[str]) -> None:
    def fails(log: Log) -> None:
        raise OSError(f"disk full at {log.message}")

    logger = made("x")
    logger.addHandler(LoggingHandler(fails))
    logger.info("hi")
    assert "disk full" in capsys.readouterr().err


def test_a_record_that_cannot_be_formatted_breaks_none(
    logger: logging.Logger, got: Got, capsys: pytest.CaptureFixture[str]
) -> None:
    logger.info("%d", "text")
    assert got == []
    assert "TypeError" in capsys.readouterr().err


def test_ordinary_code_publishes_into_the_collection(tmp_path: Path) -> None:
    logger = made("acme")
    with collection_handler(tmp_path, Shard("capture", "acmeCo/my/capture")) as handler:
        logger.addHandler(LoggingHandler(handler))
        logger.debug("below")
        logger.warning("hi", extra={"n": 1})
    [log] = read(tmp_path, "logs", "--json")
    assert (log["level"], log["message"], log["fields"]["n"]) == ("warn", "hi", 1)


def test_structlog_publishes_through_a_processor(got: Got) -> None:
    process = structlog_processor(lambda log: got.append(json.loads(log.json())))
    event = {"event": "hi", "rows": 3, "level": "warning", "timestamp": "now"}
    assert process(None, "warning", event) is event
    process(None, "critical", {"event": "oops"})
    process(None, "exception", {"event": "oops", "error": ValueError("why")})
    assert [(log["level"], log["message"], log.get("fields")) for log in got] == [
        ("warn", "hi", {"rows": 3}),
        ("error", "oops", None),
        ("error", "oops", {"error": "why"}),
    ]
