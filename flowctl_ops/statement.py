"""Statements put together of SQL files: run with their values bound, or printed with them in it.

In a file, `$name` stands for a value or, alone on its line, for another text; a line that names one
that is not there, as a mark behind it may, is left out. What runs and what `--print-sql` prints are
one text. No other module puts SQL together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).parent
_PARAMETER = re.compile(r"\$([a-z]\w*)")


class Part(str):
    """SQL text of this package, to be put into a statement as it is."""

    __slots__ = ()


MARKED = Part("")
Values = Mapping[str, object]


@dataclass(frozen=True)
class Statement:
    """A statement with `$parameters`, and their values."""

    text: str
    values: dict[str, object] = field(default_factory=dict)

    def printed(self) -> str:
        """Give it as one that `ops sql` runs: its values as literals, its comments left out."""
        return _PARAMETER.sub(lambda found: literal(self.values[found[1]]), self.text)


def statement(file: str, values: Values) -> Statement:
    """Put a statement together of its SQL file and the values that there are.

    A value that is a Part is text, and its own parameters are looked up in the same values.
    """
    text = part(file, values)
    used = dict.fromkeys(_PARAMETER.findall(text))
    return Statement(text, {parameter: values[parameter] for parameter in used})


def part(file: str, values: Values) -> Part:
    """Fill a SQL file: leave out its comments and the lines whose value, or mark, there is not."""
    kept = []
    for sql, marks in lines(file):
        if all(values.get(each) is not None for each in marks):
            kept.append(_PARAMETER.sub(lambda found: _put(found, values), sql))
    return Part("\n".join(kept))


@cache
def lines(file: str) -> list[tuple[str, list[str]]]:
    """Give the lines of a SQL file, comments left out, with the parameters and marks of each."""
    found = []
    for line in text(file).splitlines():
        if not line.startswith("--"):  # a shell would take it for an option
            sql, mark, marks = line.partition(" -- $")
            wanted = [*_PARAMETER.findall(sql), *(marks.replace("$", "").split() if mark else ())]
            found.append((sql, wanted))
    return found


@cache
def text(file: str) -> str:
    """Give a SQL file of this package."""
    return (_PACKAGE / file).read_text("utf-8")


def _put(found: re.Match[str], values: Values) -> str:
    value = values[found[1]]
    return value if isinstance(value, Part) else found[0]


def literal(value: object) -> str:
    """Write a value as SQL; text can only be text."""
    if value is None:
        return "NULL"
    if isinstance(value, bool | int | float):
        return repr(value).lower() if isinstance(value, bool) else repr(value)
    if isinstance(value, Mapping):
        members = (f"{literal(name)}: {literal(member)}" for name, member in value.items())
        return "{" + ", ".join(members) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(literal, value)) + "]"
    return "'" + str(value).replace("'", "''") + "'"
