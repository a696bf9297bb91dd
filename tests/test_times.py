"""What the text of a time comes to: tables of text to nanoseconds, and of text to message."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies

from flowctl_ops import times
from flowctl_ops.errors import UsageError

S = 1_000_000_000
MINUTE, HOUR, DAY = 60 * S, 3600 * S, 86_400 * S
NOW = "2026-03-29T12:34:56.123456789Z"  # the day on which Paris has no 02:30
PARIS = "Europe/Paris"
HINT = (
    "write 90s, 15m, 1h30m, 2d, 1w or 2 hours ago, 23:00, monday, today, yesterday, this-week, "
    "this-month, a date, RFC 3339 or its beginning, Unix seconds"
)


def ns(text: str) -> int:
    """Read a plain RFC 3339 time in UTC by other means than the code under test."""
    whole, _, fraction = text.removesuffix("Z").partition(".")
    seconds = datetime.fromisoformat(whole).replace(tzinfo=UTC).timestamp()
    return int(seconds) * S + int(fraction.ljust(9, "0"))


def moment(text: str, zone: str = "UTC", now: str = NOW) -> int:
    return times.moment(text, "--since", ns(now), ZoneInfo(zone))


# --- moments -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "ago"),
    [
        ("now", 0),
        ("0s", 0),
        ("1ns", 1),
        ("3us", 3_000),
        ("250ms", 250_000_000),
        ("90s", 90 * S),
        ("15m", 15 * MINUTE),
        ("1h30m", 90 * MINUTE),
        ("1.5h", 90 * MINUTE),
        ("2d", 2 * DAY),
        ("1w", 7 * DAY),
        ("1w2d3h4m5s", 9 * DAY + 3 * HOUR + 4 * MINUTE + 5 * S),
        ("-1h", HOUR),
        ("1h ago", HOUR),
        ("  1H  ", HOUR),
        ("2 hours ago", 2 * HOUR),
        ("2 hours", 2 * HOUR),
        ("2hours ago", 2 * HOUR),
        ("an hour ago", HOUR),
        ("A Day ago", DAY),
        ("5 min ago", 5 * MINUTE),
        ("10 secs", 10 * S),
        ("1.5 hours ago", 90 * MINUTE),
        ("1 day, 3 hours and 20 minutes ago", DAY + 3 * HOUR + 20 * MINUTE),
        ("1 week 2 days", 9 * DAY),
    ],
)
def test_a_duration_is_that_long_before_now(text: str, ago: int) -> None:
    assert ns(NOW) - moment(text) == ago


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01", "2026-03-01T00:00:00Z"),
        ("2026-03-01 10:00", "2026-03-01T10:00:00Z"),
        ("2026-03-01T10:00:07", "2026-03-01T10:00:07Z"),
        ("2026-03-01T10:00:07Z", "2026-03-01T10:00:07Z"),
        ("2026-03-01t10:00:07z", "2026-03-01T10:00:07Z"),
        ("2026-03-01T10:00:07.5Z", "2026-03-01T10:00:07.5Z"),
        ("2026-03-01T10:00:07.123456789Z", "2026-03-01T10:00:07.123456789Z"),
        ("2026-03-01T10:00:07.1234567899Z", "2026-03-01T10:00:07.123456789Z"),
        ("2026-03-01T10:00:07.000000001+02:00", "2026-03-01T08:00:07.000000001Z"),
        ("2026-03-01 10:00:07 -05:30", "2026-03-01T15:30:07Z"),
        ("2026-03-01T10:00:07+0200", "2026-03-01T08:00:07Z"),
        ("1969-12-31T23:59:59.25Z", "1969-12-31T23:59:59.25Z"),
        ("1772359207", "2026-03-01T10:00:07Z"),
        ("1772359207.000000001", "2026-03-01T10:00:07.000000001Z"),
        ("2026-03-01T23", "2026-03-01T23:00:00Z"),
        ("2026-03-01 23Z", "2026-03-01T23:00:00Z"),
        ("2026-03-01T23+02:00", "2026-03-01T21:00:00Z"),
        ("12:34", "2026-03-29T12:34:00Z"),
        ("12:35", "2026-03-28T12:35:00Z"),
        ("23:00", "2026-03-28T23:00:00Z"),
        ("9:05:30", "2026-03-29T09:05:30Z"),
        ("13:00+02:00", "2026-03-29T11:00:00Z"),
        ("monday", "2026-03-23T00:00:00Z"),
        ("last Monday", "2026-03-23T00:00:00Z"),
        ("Sun", "2026-03-29T00:00:00Z"),
        ("saturday", "2026-03-28T00:00:00Z"),
        ("monday 14:30", "2026-03-23T14:30:00Z"),
        ("yesterday at 9:00", "2026-03-28T09:00:00Z"),
        ("today 23:00", "2026-03-29T23:00:00Z"),
        ("today", "2026-03-29T00:00:00Z"),
        ("Yesterday", "2026-03-28T00:00:00Z"),
    ],
)
def test_a_time_keeps_its_nanoseconds_and_its_offset(text: str, expected: str) -> None:
    assert moment(text) == ns(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("2026-01-10 10:00", "2026-01-10T09:00:00Z", id="winter"),
        pytest.param("2026-07-10 10:00", "2026-07-10T08:00:00Z", id="summer"),
        pytest.param("2026-07-10T10:00:00Z", "2026-07-10T10:00:00Z", id="its own offset wins"),
        pytest.param("1772359207", "2026-03-01T10:00:07Z", id="Unix seconds have no zone"),
        pytest.param("2026-03-29 01:59", "2026-03-29T00:59:00Z", id="before the gap"),
        pytest.param("2026-03-29 02:30", "2026-03-29T01:30:00Z", id="in the gap"),
        pytest.param("2026-03-29 03:00", "2026-03-29T01:00:00Z", id="behind the gap"),
        pytest.param("2026-10-25 02:30", "2026-10-25T00:30:00Z", id="the first of an hour twice"),
        pytest.param("2026-10-25 02:30+01:00", "2026-10-25T01:30:00Z", id="the second of it"),
        pytest.param("2026-03-29", "2026-03-28T23:00:00Z", id="a date is a local day"),
        pytest.param("1d", "2026-03-28T12:34:56.123456789Z", id="a day of 24 hours"),
        pytest.param("monday", "2026-03-22T23:00:00Z", id="a day of the week is a local one"),
        pytest.param("14:34", "2026-03-29T12:34:00Z", id="a time of the day is a local one"),
        pytest.param("14:35", "2026-03-28T13:35:00Z", id="and has been"),
    ],
)
def test_text_without_a_zone_is_in_the_zone_of_display(text: str, expected: str) -> None:
    assert moment(text, PARIS) == ns(expected)


@pytest.mark.parametrize(
    ("zone", "now", "today", "yesterday"),
    [
        pytest.param(
            PARIS,
            "2026-03-30T10:00:00Z",
            "2026-03-29T22:00:00Z",
            "2026-03-28T23:00:00Z",
            id="yesterday had 23 hours",
        ),
        pytest.param(
            PARIS,
            "2026-10-26T10:00:00Z",
            "2026-10-25T23:00:00Z",
            "2026-10-24T22:00:00Z",
            id="yesterday had 25 hours",
        ),
        pytest.param(
            "Pacific/Auckland",
            "2026-07-10T13:00:00Z",
            "2026-07-10T12:00:00Z",
            "2026-07-09T12:00:00Z",
            id="it is tomorrow there",
        ),
        pytest.param(
            "America/Los_Angeles",
            "2026-07-10T03:00:00Z",
            "2026-07-09T07:00:00Z",
            "2026-07-08T07:00:00Z",
            id="it is still yesterday there",
        ),
        pytest.param(
            "Asia/Beirut",
            "2025-03-30T10:00:00Z",
            "2025-03-29T22:00:00Z",
            "2025-03-28T22:00:00Z",
            id="a day without a midnight",
        ),
    ],
)
def test_today_begins_at_midnight_of_the_zone(
    zone: str, now: str, today: str, yesterday: str
) -> None:
    assert moment("today", zone, now) == ns(today)
    assert moment("yesterday", zone, now) == ns(yesterday)


@pytest.mark.parametrize(
    "text",
    [
        "0001-01-01",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59.999999999Z",
        "9999-12-31T23:59:59-23:59",
        "300000d",
        "99999999999999999999d",
        f"{'9' * 5000}.{'9' * 5000}w",
    ],
)
@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/Los_Angeles"])
def test_times_beyond_what_nanoseconds_can_say_come_to_the_nearest(text: str, zone: str) -> None:
    assert -(2**63) < moment(text, zone) < 2**63 - 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", ""),
        ("gestern", ""),
        ("1h30", ""),
        ("5x", ""),
        ("1 h", ""),
        ("h", ""),
        ("--1h", ""),
        ("1e9", ""),
        ("1772359207000", ""),  # milliseconds
        ("10/05/2026", ""),
        ("2026-3-1", ""),
        ("2026-03-01T10:00:07.Z", ""),
        ("2026-03-01T10:00:07 Europe/Paris", ""),
        ("2026-03-01'; DROP TABLE logs; --", ""),
        ("2026-13-01", "month must be in 1..12"),
        ("2026-02-30", "day is out of range for month"),
        ("2026-03-01T25:00", "hour must be in 0..23"),
        ("0000-01-01", "year 0 is out of range"),
    ],
)
def test_what_is_no_time_is_named_with_its_option_and_a_way_to_write_it(
    text: str, reason: str
) -> None:
    with pytest.raises(UsageError) as refused:
        times.moment(text, "--until", ns(NOW), UTC)
    assert refused.value.sentence.startswith(f"--until {text} is no time")
    assert reason in refused.value.sentence
    assert refused.value.hint == HINT


@pytest.mark.parametrize(
    ("word", "day"),
    [
        ("this-week", "2026-11-22"),
        ("last-week", "2026-11-15"),
        ("this-month", "2026-11-01"),
        ("last-month", "2026-10-01"),
    ],
)
def test_weeks_begin_on_sunday_and_months_on_their_first_day(word: str, day: str) -> None:
    now = times.moment("2026-11-24T12:00:00Z", "--now", 0, UTC)
    assert times.moment(word, "--since", now, UTC) == times.moment(day, "--since", now, UTC)
    sunday = times.moment("2026-11-22T00:30:00Z", "--now", 0, UTC)
    assert times.moment("this-week", "--since", sunday, UTC) == times.moment(
        "2026-11-22", "--since", now, UTC
    )


@pytest.mark.parametrize("text", ["1M", "2M30s", "-3h", "3h ago"])
def test_what_is_no_length_is_none(text: str) -> None:
    with pytest.raises(UsageError):
        times.duration(text)


def test_a_capital_m_is_no_minute() -> None:
    with pytest.raises(UsageError):
        times.moment("1M", "--since", 0, UTC)


def test_last_may_be_written_large() -> None:
    assert times.present(" Last", UTC, lambda: 42) == 42


# --- durations ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0s", 0),
        ("1ns", 1),
        ("90s", 90 * S),
        ("1h30m", 90 * MINUTE),
        ("0.5d", 12 * HOUR),
        ("1.999999999s", 2 * S - 1),
        ("0.0000000019s", 1),
        ("100000d1ns", 100_000 * DAY + 1),
        (f"{'0' * 5000}1.{'0' * 5000}s", S),
        ("300000d", 2**63 - 2),
        (f"{'9' * 400}h", 2**63 - 2),
    ],
)
def test_a_duration_is_read_to_the_nanosecond(text: str, expected: int) -> None:
    assert times.duration(text) == expected


@pytest.mark.parametrize("text", ["", "1", "h", "1y", "today", "1h30", "1h 30m", "∞"])
def test_what_is_no_duration_is_named_with_a_way_to_write_it(text: str) -> None:
    with pytest.raises(UsageError, match="is no length of time") as refused:
        times.duration(text)
    assert refused.value.sentence.startswith(text)
    assert refused.value.hint == "write 90s, 15m, 1h30m, 2d or 1w"


# --- zones -------------------------------------------------------------------------------------


def test_times_are_utc_unless_asked_otherwise() -> None:
    assert times.zone(None, local=False) is UTC


def test_a_zone_by_name_wins_over_the_machine_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert str(times.zone(PARIS, local=True)) == PARIS


@pytest.mark.parametrize(
    ("variable", "expected"),
    [("Asia/Tokyo", "Asia/Tokyo"), (":Asia/Tokyo", "Asia/Tokyo"), ("JST-9", "UTC"), ("x", "UTC")],
)
def test_local_is_the_zone_that_tz_names(
    variable: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", variable)
    assert str(times.zone(None, local=True)) == expected


@pytest.mark.parametrize(
    "text", ["Mars", "", "../../etc/passwd", "/etc/localtime", "\0", "x" * 999]
)
def test_an_unknown_zone_is_named_with_how_zones_are_called(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        times.zone(text, local=False)
    assert refused.value.sentence == f"there is no time zone {text}"
    assert refused.value.hint == "zones are called as in Europe/Paris or UTC"


@pytest.mark.parametrize("name", ["posix/Europe/Paris", "right/UTC", "localtime"])
def test_zones_that_only_the_machine_has_are_none(name: str) -> None:
    with pytest.raises(UsageError):
        times.zone(name, local=False)


@pytest.mark.parametrize("newest", [0, 1, -5])
def test_last_is_the_newest_document_s_time_even_at_the_epoch(newest: int) -> None:
    assert times.present("last", UTC, lambda: newest) == newest


@given(
    at=strategies.datetimes(),
    offset=strategies.integers(-1439, 1439),
    fraction=strategies.integers(0, 10**9 - 1),
)
def test_every_date_and_offset_is_its_distance_from_the_epoch(
    at: datetime, offset: int, fraction: int
) -> None:
    sign, minutes = "-" if offset < 0 else "+", abs(offset)
    zone = f"{sign}{minutes // 60:02}:{minutes % 60:02}"
    text = f"{at:%m-%dT%H:%M:%S}.{fraction:09}{zone}"
    found = times.moment(f"{at.year:04}-{text}", "--since", 0, UTC)
    days = at.toordinal() - datetime(1970, 1, 1).toordinal()  # noqa: DTZ001 - days alone
    seconds = days * 86_400 + at.hour * 3600 + at.minute * 60 + at.second - offset * 60
    assert found == max(-(2**63) + 2, min(2**63 - 2, seconds * S + fraction))


@given(text=strategies.text(max_size=30) | strategies.from_regex(r"[-0-9a-zT:.+ ]{0,30}"))
def test_any_text_is_a_time_or_refused(text: str) -> None:
    for read in (moment, times.duration):
        with suppress(UsageError):
            assert abs(read(text)) < 2**63
