"""What crosses from a query to a renderer: named columns with units, and rows in batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from flowctl_ops.vocabulary import Unit

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Column:
    """A column's name, which is API, and what its values stand for."""

    name: str
    unit: Unit = Unit.TEXT


@dataclass(frozen=True)
class Result:
    """An answer: its columns, and its rows as an iterable of batches that can be read once."""

    columns: tuple[Column, ...]
    batches: Iterable[list[Row]]

    def rows(self) -> Iterator[Row]:
        """Give the rows one by one."""
        for batch in self.batches:
            yield from batch
