"""Values as people read them, by their units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any

from flowctl_ops.vocabulary import Unit

NOTHING = "—"
_DECIMAL = (1000, ("B", "kB", "MB", "GB", "TB", "PB", "EB"))
_BINARY = (1024, ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"))
_BLOCKS = "▁▂▃▄▅▆▇█"
_HOUR, _MINUTE = 3600, 60
_COUNTED = frozenset({Unit.COUNT, Unit.BYTES, Unit.HOURS, Unit.SECONDS, Unit.MONEY, Unit.AGE})


@dataclass(frozen=True)
class Style:
    """How an answer looks: the zone of times, GiB or GB, the signs of colours, a screen's width.

    `terminal` tells that one reads it, which obeys what is no text. With `wide`, nothing is cut to
    the screen. `states` are the signs that begin each state of a task. A table adds to `left_out`
    what it has no room for, to `head` how many lines stand above its rows.
    """

    zone: tzinfo = UTC
    binary: bool = False
    header: str = ""
    alarm: str = ""
    bar: str = ""
    dim: str = ""
    states: Mapping[str, str] = field(default_factory=dict)
    plain: str = ""
    width: int | None = None
    wide: bool = False
    terminal: bool = False
    left_out: list[str] = field(default_factory=list)
    head: list[int] = field(default_factory=list)

    @property
    def room(self) -> int | None:
        """How many columns a line may take; None where that is all the same."""
        return None if self.wide else self.width


PLAIN = Style()


def text(value: Any, unit: Unit, style: Style = PLAIN) -> str:  # noqa: C901, PLR0911 - one for each unit
    """Write a value for people; what Flow did not say is a dash, never zero."""
    if value is None:
        return "" if unit in {Unit.BAR, Unit.NOTE} else NOTHING
    if isinstance(value, str) and unit is not Unit.TIME:
        return value
    match unit:
        case Unit.COUNT:
            return f"{value:,}"
        case Unit.BYTES:
            return _bytes(value, style)
        case Unit.HOURS:
            return f"{value / _HOUR:,.1f}"
        case Unit.SECONDS:
            return _seconds(value)
        case Unit.MONEY:
            return f"{value:,.2f}"
        case Unit.AGE:
            return _age(value)
        case Unit.TIME:
            return _time(value, style.zone)
        case Unit.SHARES:
            return _sparkline(value)
        case _:
            return str(value)


def texts(values: Sequence[Any], unit: Unit, style: Style = PLAIN) -> list[str]:
    """Write a column; times and numbers stand there often, and are written once."""
    if unit is not Unit.TIME and unit not in _COUNTED:
        return [text(value, unit, style) for value in values]
    written = {value: text(value, unit, style) for value in set(values)}
    return [written[value] for value in values]


def is_number(unit: Unit) -> bool:
    """Tell whether values of a unit stand to the right of their column."""
    return unit is Unit.NUMBER or unit in _COUNTED


def _bytes(value: int, style: Style) -> str:
    """Write a number of bytes to three digits, in a unit of which there are fewer than its next."""
    base, names = _BINARY if style.binary else _DECIMAL
    number, power = float(value), 0
    while abs(number) >= base - 0.5 and power < len(names) - 1:
        number, power = number / base, power + 1
    if power == 0:
        return f"{value} B"
    return f"{number:.3g} {names[power]}" if abs(number) < 999.5 else f"{number:.0f} {names[power]}"  # noqa: PLR2004 - what three digits can say


def _seconds(value: float) -> str:
    """Write a length of time by its two greatest units."""
    whole = int(abs(value))
    days, rest = divmod(whole, 24 * _HOUR)
    hours, rest = divmod(rest, _HOUR)
    minutes, seconds = divmod(rest, _MINUTE)
    parts = [(days, "d"), (hours, "h"), (minutes, "m"), (seconds, "s")]
    first = next((i for i, (number, _) in enumerate(parts) if number), len(parts) - 1)
    sign = "-" if value < 0 and whole else ""
    return sign + " ".join(f"{number}{unit}" for number, unit in parts[first : first + 2])


def _age(seconds: float) -> str:
    """Write how long ago something was, by its greatest unit."""
    first = _seconds(seconds).split()[0]
    return f"in {first[1:]}" if first.startswith("-") else f"{first} ago"


def _time(value: str, zone: tzinfo) -> str:
    """Write a time, given as RFC 3339 in UTC, to the second in a zone."""
    try:
        moment = datetime.fromisoformat(value).astimezone(zone)
    except (ValueError, OverflowError):
        return value
    written = moment.isoformat(timespec="seconds")
    return written.replace("+00:00", "Z") if zone is UTC else written


def _sparkline(shares: list[int | None]) -> str:
    most = max((share for share in shares if share), default=0)
    return "".join(
        " " if share is None else _BLOCKS[round(share / most * (len(_BLOCKS) - 1)) if most else 0]
        for share in shares
    )
