"""The user's own question: one statement that reads the public views."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from flowctl_ops.engine import Engine
from flowctl_ops.errors import QueryFailed, StatementRefused
from flowctl_ops.queries.schema import views
from flowctl_ops.result import Column, Result, Row
from flowctl_ops.vocabulary import Unit

_DOCUMENT = (Column("doc", Unit.DOCUMENT),)
_SHOW_TABLES = re.compile(r"SHOW\s+(?:ALL\s+)?(?:TABLES|VIEWS)", re.IGNORECASE)
_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
_PIVOT = "a PIVOT names its values: FROM (PIVOT logs ON level IN ('warn', 'error') USING count(*))"
_LEAST_FIRST = (
    "kind",
    "tenant",
    "fields",
    "r_clock_begin",
    "key_begin",
    "build",
    "task_stats",
    "summary",
    "position",
    "file",
    "doc",
)
_NUMBER = re.compile(rf"(?:U?(?:{'|'.join(_WHOLE)})|DECIMAL\(.*\)|FLOAT|DOUBLE)")


def answer(engine: Engine, statement: str, *, as_json: bool) -> Result:
    """Run one statement and give its rows: objects as JSON, or columns of text and numbers.

    Raises:
        StatementRefused: if it is no single SELECT.
        QueryFailed: with the engine's reason, if it cannot be run.
    """
    if _SHOW_TABLES.fullmatch(statement.strip("; \t\r\n")):
        return views()
    engine.define(statement)
    columns = [
        (name, kind) for name, kind, *_ in _refusing(engine, "queries/sql_types.sql", statement)
    ]
    if as_json:
        names = [json.dumps(name, ensure_ascii=False) for name, _ in columns]
        rows = engine.ask_file("queries/sql_json.sql", {"statement": statement})
        return Result(_DOCUMENT, ([(_object(names, row),) for row in batch] for batch in rows))
    shown = tuple(
        Column(name, Unit.NUMBER if _NUMBER.fullmatch(kind) else Unit.TEXT, spare=_spare(name))
        for name, kind in columns
    )
    return Result(shown, _typed(engine, statement, shown))


def _spare(name: str) -> int:
    """Tell which columns of a view a narrow screen can do without."""
    return _LEAST_FIRST.index(name) + 1 if name in _LEAST_FIRST else 0


def _refusing(engine: Engine, query: str, statement: str) -> list[Row]:
    try:
        return engine.rows(query, statement=statement)
    except QueryFailed as error:
        if "PIVOT" in error.sentence:
            raise StatementRefused(_PIVOT) from error
        if "Expected a single" in error.sentence:
            raise StatementRefused from error
        raise


def _typed(engine: Engine, statement: str, columns: tuple[Column, ...]) -> Iterator[list[Row]]:
    """Give numbers as numbers, so that a format may tell them from text."""
    numbers = [column.unit is Unit.NUMBER for column in columns]
    for batch in engine.ask_file("queries/sql_text.sql", {"statement": statement}):
        yield [
            tuple(
                Decimal(value) if is_number and value is not None else value
                for value, is_number in zip(row, numbers, strict=True)
            )
            for row in batch
        ]


def _object(names: list[str], row: tuple[Any, ...]) -> str:
    members = (
        f"{name}:{'null' if value is None else value}"
        for name, value in zip(names, row, strict=True)
    )
    return "{" + ",".join(members) + "}"
