"""A column as it is shown: its texts, how wide it is, how it is coloured."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flowctl_ops.render import cells
from flowctl_ops.render.cells import Style
from flowctl_ops.render.width import cell_width, elided
from flowctl_ops.result import Column
from flowctl_ops.terminal import visible, without_colors
from flowctl_ops.vocabulary import Unit

GAP = "  "
LEAST_BAR = 10
_ALARMING = frozenset({"errors", "failures"})
_LOUD = frozenset({"failing", "stalled", "silent"})


@dataclass(frozen=True)
class Shown:
    """Where in a row a column stands, and how wide it is shown; `cut` where texts may be wider."""

    at: int
    name: str
    label: str
    unit: Unit
    spare: int
    shared: bool
    bucket: bool
    width: int
    cut: bool = False

    @classmethod
    def of(cls, at: int, column: Column) -> Shown:
        """Give a column whose width is not known yet."""
        label = visible(column.heading)
        spare, shared, bucket = column.spare, column.shared, column.bucket
        return cls(at, column.name, label, column.unit, spare, shared, bucket, LEAST_BAR)

    def heading(self) -> str:
        """Give what stands above the column."""
        label = elided(self.label, self.width, end=True) if self.cut else self.label
        return next(iter(self.padded([label])))

    def texts(self, values: Sequence[Any], style: Style) -> list[str]:
        """Write values, cut to the column's width where it is narrower than they are."""
        texts = _visible(cells.texts(values, self.unit, style))
        if self.unit is Unit.STATE:
            texts = [text.upper() if text in _LOUD else text for text in texts]
        return self.trimmed(texts) if self.cut else texts

    def trimmed(self, texts: Sequence[str]) -> list[str]:
        """Cut texts to the width: words at their end, names where they do not differ."""
        if all(len(text) <= self.width and text.isascii() for text in texts):
            return list(texts)
        kept = [elided(text, self.width, end=_begins_well(text)) for text in texts]
        different = len(set(texts))
        are_names = not any(" " in text for text in texts)
        if len(set(kept)) < different and are_names:
            ends = [elided(text, self.width, end=True) for text in texts]
            tails = [elided(text[::-1], self.width, end=True)[::-1] for text in texts]
            kept = max(kept, ends, tails, key=lambda each: len(set(each)))
        return kept

    def padded(self, texts: Sequence[str]) -> Iterable[str]:
        """Bring texts to the column's width; wider ones stay as they are."""
        pad = str.rjust if cells.is_number(self.unit) else str.ljust
        if "".join(texts).isascii():
            return [pad(text, self.width) for text in texts]
        return [pad(text, self.width - cell_width(text) + len(text)) for text in texts]

    def styled(self, values: Sequence[Any], texts: Sequence[str], style: Style) -> Iterable[str]:
        """Give texts, padded to the column's width and coloured."""
        padded, alarming = self.padded(texts), self.name in _ALARMING
        if self.unit is Unit.STATE and style.states:
            begins = [style.states.get(value, "") for value in values]
            pairs = zip(begins, padded, strict=True)
            return [f"{begin}{text}{style.plain}" if begin else text for begin, text in pairs]
        start = style.bar if self.unit in {Unit.BAR, Unit.SHARES} else ""
        if not start and not (alarming and style.alarm):
            return padded
        return (
            f"{begin}{text}{style.plain}"
            if (begin := style.alarm if alarming and value else start)
            else text
            for value, text in zip(values, padded, strict=True)
        )


@dataclass(frozen=True, eq=False)
class Part:
    """A column of some rows: the values, and their texts."""

    shown: Shown
    values: Sequence[Any]
    texts: list[str]

    def measured(self) -> Part:
        """Make the column as wide as its texts and its heading."""
        width = max(cell_width(self.shown.label), _widest(self.texts))
        return replace(self, shown=replace(self.shown, width=width))

    def narrowed(self, width: int) -> Part:
        """Cut the column to a width."""
        shown = replace(self.shown, width=width, cut=True)
        return replace(self, shown=shown, texts=shown.trimmed(self.texts))

    def with_texts(self, texts: list[str]) -> Part:
        """Give the column with shorter texts."""
        return replace(self, texts=texts).measured()


def _begins_well(text: str) -> bool:
    """Tell what says most at its beginning: words, JSON, times; a name does at its end."""
    return " " in text or text[:1] in "{[" or (text[:4].isdigit() and text[4:5] == "-")


def _visible(texts: list[str]) -> list[str]:
    """Look at a whole column at once: hardly any holds what has to be shown as its code."""
    together = "".join(texts)
    if visible(together) == together:
        return texts
    return [visible(without_colors(text)) for text in texts]


def _widest(texts: list[str]) -> int:
    return max(map(len if "".join(texts).isascii() else cell_width, texts), default=0)
