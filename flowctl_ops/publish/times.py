"""Times as Flow reads and writes them: RFC 3339 in, UTC with 0, 3, 6 or 9 digits out.

Source: the `time` crate's `rfc3339`, as Flow's decoder uses it; gogo's jsonpb for the text.
"""

from __future__ import annotations

import re
import time
from datetime import date
from functools import lru_cache

_NS = 1_000_000_000
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_LAST_SECOND = (date(9999, 12, 31).toordinal() - _EPOCH_DAY + 1) * 86_400 - 1
_FIRST_SECOND = (date(1, 1, 1).toordinal() - _EPOCH_DAY) * 86_400
_LEAP = 60
_SECOND = len("2026-11-25T04:37:17")
_CANONICAL_SECOND = (  # patterns that are plain text are compiled when they are used: few need them
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
)
_CANONICAL_REST = re.compile(r"(?:\.(?:[0-9]{3}|[0-9]{6}|[0-9]{9})(?<!000))?Z")
_RFC3339 = (  # any sign may stand between date and clock
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[\x00-\x7f]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?"
    r"(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))"
)


def canonical(text: str) -> str | None:
    """Give a time as Flow writes it; None if the text is no date, clock and zone."""
    rest = text[_SECOND:]
    if (rest == "Z" or _CANONICAL_REST.fullmatch(rest)) and _is_canonical(text[:_SECOND]):
        return text
    ns = parse(text)
    return None if ns is None else write(ns)


@lru_cache(maxsize=256)
def _is_canonical(second: str) -> bool:
    """Tell whether a date and clock are as Flow writes them; logs of a second come together."""
    parts = re.fullmatch(_CANONICAL_SECOND, second)
    return parts is not None and _day(parts[1]) is not None


def parse(text: str) -> int | None:
    """Read RFC 3339 with a zone, in ns since the Unix epoch; a tenth digit is dropped."""
    parts = re.fullmatch(_RFC3339, text)
    if parts is None:
        return None
    day = _day(parts[1])
    hour, minute, second = int(parts[2]), int(parts[3]), int(parts[4])
    fraction = int((parts[5] or "")[:9].ljust(9, "0"))
    if day is None or hour > 23 or minute > 59 or second > _LEAP:  # noqa: PLR2004 - of a clock
        return None
    leap = second == _LEAP
    if leap:
        second, fraction = 59, _NS - 1
    offset = _offset(parts[6], parts[7], parts[8])
    if offset is None:
        return None
    seconds = day * 86_400 + hour * 3600 + minute * 60 + second - offset
    if leap and not _ends_a_month(seconds):
        return None
    return seconds * _NS + fraction if _FIRST_SECOND <= seconds <= _LAST_SECOND else None


def write(ns: int) -> str:
    """Write a time in ns since the Unix epoch, UTC, with as few of 0, 3, 6, 9 digits as say it."""
    seconds, fraction = divmod(ns, _NS)
    return _second(seconds) + _fraction(fraction) + "Z"


def now() -> int:
    """Give the present in ns since the Unix epoch."""
    return time.time_ns()


@lru_cache(maxsize=256)
def _second(seconds: int) -> str:
    day, rest = divmod(seconds, 86_400)
    clock = f"{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"
    return f"{date.fromordinal(day + _EPOCH_DAY).isoformat()}T{clock}"


def _fraction(ns: int) -> str:
    if not ns:
        return ""
    if ns % 1_000_000 == 0:
        return f".{ns // 1_000_000:03d}"
    return f".{ns // 1000:06d}" if ns % 1000 == 0 else f".{ns:09d}"


@lru_cache(maxsize=256)
def _day(text: str) -> int | None:
    """Count a date's days since the Unix epoch; None if there is no such date."""
    try:
        return date.fromisoformat(text).toordinal() - _EPOCH_DAY
    except ValueError:
        return None


def _offset(sign: str | None, hours: str, minutes: str) -> int | None:
    if sign is None:
        return 0
    if int(hours) > 23 or int(minutes) > 59:  # noqa: PLR2004 - of a clock
        return None
    seconds = int(hours) * 3600 + int(minutes) * 60
    return -seconds if sign == "-" else seconds


def _ends_a_month(seconds: int) -> bool:
    """Tell whether a second is the last of a month, UTC, after which a leap second may come."""
    after = seconds + 1
    return after % 86_400 == 0 and date.fromordinal(after // 86_400 + _EPOCH_DAY).day == 1
