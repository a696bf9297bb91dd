"""Text to nanoseconds: times, lengths of time, zones."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo

from flowctl_ops.errors import UsageError
from flowctl_ops.filters import Window, clamped
from flowctl_ops.lengths import LENGTH, length_ns, part_ns

TIME_HELP = (
    "90s, 15m, 1h30m, 2d, 1w or 2 hours ago, 23:00, monday, today, yesterday, this-week, "
    "this-month, a date, RFC 3339 or its beginning, Unix seconds"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DURATION = re.compile(f"-?{LENGTH.pattern}(?: ago)?")
_UNIX = re.compile(r"\d{9,11}(?:\.\d+)?")
_WORD = re.compile(
    r"(\d+(?:\.\d+)?|an?) ?(sec|min|hr|second|minute|hour|day|week)s?(?:,? and |,? |$)"
)
_WORDS = re.compile(f"(?:{_WORD.pattern})+")
_CLOCK = r"(?P<clock>\d\d?:\d\d(?::\d\d)?) ?(?P<zone>z|[+-]\d\d:?\d\d)?"
_DAY_AND_CLOCK = re.compile(rf"(?:last )?(?P<day>[a-z][a-z-]+)(?:(?: at)? {_CLOCK})?")
_CLOCK_ALONE = re.compile(_CLOCK)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DATE_TIME = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)"
    r"(?:[Tt ](?P<time>\d\d(?::\d\d(?::\d\d)?)?)(?:[.,](?P<fraction>\d+))?)?"
    r" ?(?P<zone>[Zz]|[+-]\d\d:?\d\d)?"
)
_DAYS: dict[
    str, Callable[[date], date]
] = {  # a week begins on Sunday, as Estuary's dashboard has it
    "today": lambda today: today,
    "yesterday": lambda today: today - timedelta(days=1),
    "this-week": lambda today: today - timedelta(days=today.isoweekday() % 7),
    "last-week": lambda today: today - timedelta(days=today.isoweekday() % 7 + 7),
    "this-month": lambda today: today.replace(day=1),
    "last-month": lambda today: (today.replace(day=1) - timedelta(days=1)).replace(day=1),
}


def _weekday(number: int) -> Callable[[date], date]:
    """Give what finds the newest such day, which may be today; Monday is 1."""
    return lambda today: today - timedelta(days=(today.isoweekday() - number) % 7)


for _number, _name in enumerate(_WEEKDAYS, 1):
    _DAYS[_name] = _DAYS[_name[:3]] = _weekday(_number)


def zone(name: str | None, *, local: bool) -> tzinfo:
    """Give the zone to read and show times in: UTC unless asked for another.

    Raises:
        UsageError: if there is no such zone.
    """
    if name is None:
        return _zone(_local_name()) or UTC if local else UTC
    found = _zone(name)
    if found is None:
        message = f"there is no time zone {name}"
        raise UsageError(message, "zones are called as in Europe/Paris or UTC")
    return found


def _local_name() -> str:
    """Name the machine's zone: TZ, else what /etc/localtime points to."""
    named = os.environ.get("TZ", "").lstrip(":")
    return named or os.path.realpath("/etc/localtime").partition("zoneinfo/")[2]


def _zone(name: str) -> tzinfo | None:
    """Give a zone by a name that is known beyond this machine."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # noqa: PLC0415 - UTC does without

    if name.startswith(("posix/", "right/")) or ("/" not in name and name[:1].islower()):
        return None  # files of the machine's, which no other program knows as a zone
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def window(
    since: str | None,
    until: str | None,
    now: str | None,
    in_zone: tzinfo,
    newest: Callable[[], int | None],
) -> Window:
    """Read --since, --until and --now; `--now last` asks `newest` for the newest document's time.

    Raises:
        UsageError: if one of them is no time.
    """
    if since is None and until is None:
        present(now, in_zone, lambda: 0)
        return Window()
    now_ns = present(now, in_zone, newest)
    return Window(
        None if since is None else moment(since, "--since", now_ns, in_zone),
        None if until is None else moment(until, "--until", now_ns, in_zone),
    )


def present(now: str | None, in_zone: tzinfo, newest: Callable[[], int | None]) -> int:
    """Read --now, in ns since the Unix epoch; without it, the wall clock's time.

    Raises:
        UsageError: if it is no time.
    """
    if now is not None and now.strip().lower() == "last":
        found = newest()
        return wall_clock() if found is None else found
    return wall_clock() if now is None else moment(now, "--now", wall_clock(), in_zone)


def wall_clock() -> int:
    """Give the present in ns since the Unix epoch."""
    return time.time_ns()


def duration(text: str) -> int:
    """Read a length of time such as `1h30m`, in ns.

    Raises:
        UsageError: if it is none.
    """
    if not LENGTH.fullmatch(text):
        message = f"{text} is no length of time"
        raise UsageError(message, "write 90s, 15m, 1h30m, 2d or 1w")
    return clamped(length_ns(text))


def moment(text: str, option: str, now: int, in_zone: tzinfo) -> int:
    """Read a time, in ns since the Unix epoch; zone-less text is in the zone given.

    What nanoseconds cannot say becomes the nearest that they can.

    Raises:
        UsageError: naming the option if it is no time.
    """
    return clamped(_moment(text, option, now, in_zone))


def _moment(text: str, option: str, now: int, in_zone: tzinfo) -> int:
    word = text.strip().lower()
    if word == "now":
        return now
    if _DURATION.fullmatch(word) and "M" not in text:  # which is nowhere a minute
        return now - clamped(length_ns(word))
    words = " ".join(word.removesuffix(" ago").split())
    if _WORDS.fullmatch(words):
        return now - clamped(sum(_named_ns(*part) for part in _WORD.findall(words)))
    of_day = _DAY_AND_CLOCK.fullmatch(" ".join(word.split())) or _CLOCK_ALONE.fullmatch(word)
    if of_day is not None and of_day.groupdict().get("day", "today") in _DAYS:
        return _of_day(of_day.groupdict(), option, now, in_zone)
    if _UNIX.fullmatch(word):
        seconds, _, fraction = word.partition(".")
        return int(seconds) * 1_000_000_000 + int(fraction.ljust(9, "0")[:9] or 0)
    return _date_time(text.strip(), option, in_zone)


def _named_ns(number: str, unit: str) -> int:
    """Read a part of a length of time in words: `2 hours`, `a day`."""
    return part_ns("1" if number.startswith("a") else number, unit[0])


def _of_day(said: dict[str, str | None], option: str, now: int, in_zone: tzinfo) -> int:
    """Read a day by its name, a time of it, or a time alone, which is the newest that has been."""
    today = (_EPOCH + timedelta(microseconds=now // 1000)).astimezone(in_zone).date()
    day = _DAYS[said.get("day") or "today"](today)
    clock = said["clock"]
    if clock is None:
        return _to_ns(datetime(day.year, day.month, day.day, tzinfo=in_zone))
    written = f"T{clock.rjust(len(clock) + (clock[1] == ':'), '0')}{said['zone'] or ''}"
    found = _date_time(f"{day.isoformat()}{written}", option, in_zone)
    if "day" in said or found <= now:
        return found
    return _date_time(f"{(day - timedelta(days=1)).isoformat()}{written}", option, in_zone)


def _date_time(text: str, option: str, in_zone: tzinfo) -> int:
    parts = _DATE_TIME.fullmatch(text)
    hint = f"write {TIME_HELP}"
    if parts is None:
        message = f"{option} {text} is no time"
        raise UsageError(message, hint)
    offset = (parts["zone"] or "").upper().replace("Z", "+00:00")
    try:
        read = datetime.fromisoformat(f"{parts['date']}T{parts['time'] or '00'}{offset}")
    except ValueError as error:
        message = f"{option} {text} is no time: {error}"
        raise UsageError(message, hint) from error
    if read.tzinfo is None:
        read = read.replace(tzinfo=in_zone)
    return _to_ns(read) + int((parts["fraction"] or "").ljust(9, "0")[:9] or 0)


def _to_ns(read: datetime) -> int:
    """Count from the epoch; in UTC, years 1 and 9999 may lie beyond what `datetime` can say."""
    since = read.replace(tzinfo=UTC) - _EPOCH - (read.utcoffset() or timedelta())
    return (since.days * 86_400 + since.seconds) * 1_000_000_000 + since.microseconds * 1000
