"""What crosses from a query to a renderer: named columns with units, and rows in batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from flowctl_ops.vocabulary import Unit

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Column:
    """A column's name, which is API, what its values stand for, and what people read above it.

    Of what is to `spare`, the greatest is left out first where a screen is narrow. A `shared` value
    stands once, above the rows, where all have it. Times of a `bucket` begin an hour, day or month.
    """

    name: str
    unit: Unit = Unit.TEXT
    label: str | None = None
    spare: int = 0
    shared: bool = False
    bucket: bool = False

    @property
    def heading(self) -> str:
        """What people read above the column; their unit too, where values do not say it."""
        return self.name if self.label is None else self.label


@dataclass(frozen=True)
class Result:
    """An answer: its columns, and its rows as an iterable of batches that can be read once.

    `above` and `below` are what people read besides, `then` the command to type next, which is
    never cut; data has no place for them.
    """

    columns: tuple[Column, ...]
    batches: Iterable[list[Row]]
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    then: str = ""

    def rows(self) -> Iterator[Row]:
        """Give the rows one by one."""
        for batch in self.batches:
            yield from batch

    def only(self, columns: tuple[Column, ...]) -> Result:
        """Give the same rows with some of the columns."""
        if columns == self.columns:
            return self
        places = [self.columns.index(column) for column in columns]
        narrowed = ([tuple([row[at] for at in places]) for row in batch] for batch in self.batches)
        return replace(self, columns=columns, batches=narrowed)

    def data(self) -> Result:
        """Give the same rows without what is drawn of them for people."""
        return self.only(tuple(column for column in self.columns if column.unit is not Unit.BAR))
