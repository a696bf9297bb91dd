"""What the text of an option comes to: tables of text to value, and of text to message."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from flowctl_ops import options
from flowctl_ops.errors import UsageError
from flowctl_ops.filters import Condition, Operator

S = 1_000_000_000
MINUTE, HOUR, DAY = 60 * S, 3600 * S, 86_400 * S
NOW = "2026-03-29T12:34:56.123456789Z"  # the day on which Paris has no 02:30
PARIS = "Europe/Paris"
HINT = (
    "write 90s, 15m, 1h30m, 2d or 1w ago, today, yesterday, this-week, this-month, a date, "
    "RFC 3339, Unix seconds"
)


def ns(text: str) -> int:
    """Read a plain RFC 3339 time in UTC by other means than the code under test."""
    whole, _, fraction = text.removesuffix("Z").partition(".")
    seconds = datetime.fromisoformat(whole).replace(tzinfo=UTC).timestamp()
    return int(seconds) * S + int(fraction.ljust(9, "0"))


def moment(text: str, zone: str = "UTC", now: str = NOW) -> int:
    return options.moment(text, "--since", ns(now), ZoneInfo(zone))


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
    "text", ["0001-01-01", "9999-12-31T23:59:59.999999999Z", "300000d", "99999999999999999999d"]
)
@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/Los_Angeles"])
def test_times_beyond_what_nanoseconds_can_say_come_to_the_nearest(text: str, zone: str) -> None:
    assert -(2**63) < moment(text, zone) < 2**63 - 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", ""),
        ("gestern", ""),
        ("10:00", ""),
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
        options.moment(text, "--until", ns(NOW), UTC)
    assert refused.value.sentence.startswith(f"--until {text} is no time")
    assert reason in refused.value.sentence
    assert refused.value.hint == HINT


# --- durations ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0s", 0), ("1ns", 1), ("90s", 90 * S), ("1h30m", 90 * MINUTE), ("0.5d", 12 * HOUR)],
)
def test_a_duration_is_read_to_the_nanosecond(text: str, expected: int) -> None:
    assert options.duration(text) == expected


@pytest.mark.parametrize("text", ["", "1", "h", "1y", "today", "1h30", "1h 30m", "∞"])
def test_what_is_no_duration_is_named_with_a_way_to_write_it(text: str) -> None:
    with pytest.raises(UsageError, match="is no length of time") as refused:
        options.duration(text)
    assert refused.value.sentence.startswith(text)
    assert refused.value.hint == "write 90s, 15m, 1h30m, 2d or 1w"


# --- levels ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rank"),
    [
        *[("error", 1), ("err", 1), ("e", 1), ("ERROR", 1), ("fatal", 1)],
        *[("warn", 2), ("warning", 2), ("Warn", 2), ("w", 2)],
        *[("info", 3), ("i", 3), ("debug", 4), ("d", 4), ("trace", 5), ("t", 5)],
    ],
)
def test_a_level_is_known_by_its_beginning_in_any_case(text: str, rank: int) -> None:
    assert options.level(text) == rank


@pytest.mark.parametrize("text", ["", "loud", "errors", "warn ", "3", "%", "info'"])
def test_an_unknown_level_is_named_with_those_there_are(text: str) -> None:
    with pytest.raises(UsageError, match="there is no level") as refused:
        options.level(text)
    assert refused.value.sentence.endswith(text)
    assert refused.value.hint == "levels are error, warn, info, debug, trace"


# --- conditions --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "operator", "value", "number"),
    [
        ("key=value", Operator.EQUAL, "value", None),
        ("key=", Operator.EQUAL, "", None),
        ("key=7", Operator.EQUAL, "7", 7.0),
        ("key=a=b", Operator.EQUAL, "a=b", None),
        ("key=>5", Operator.EQUAL, ">5", None),
        ("key!=value", Operator.NOT_EQUAL, "value", None),
        ("key~^a|b$", Operator.LIKE, "^a|b$", None),
        ("key!~x", Operator.NOT_LIKE, "x", None),
        ("key>5", Operator.GREATER, "5", 5.0),
        ("key>=-5.5", Operator.AT_LEAST, "-5.5", -5.5),
        ("key<1e3", Operator.LESS, "1e3", 1000.0),
        ("key<=b", Operator.AT_MOST, "b", None),
        (" key = value ", Operator.EQUAL, "value", None),
        ("key= value ", Operator.EQUAL, " value ", None),
        ("key==3", Operator.EQUAL, "3", 3.0),
        ("key=~3", Operator.LIKE, "3", 3.0),
        ("key<nan", Operator.LESS, "nan", None),
        ("key>1_0", Operator.GREATER, "1_0", None),
        ("key=two\nlines", Operator.EQUAL, "two\nlines", None),
        ("key=' OR 1=1 --", Operator.EQUAL, "' OR 1=1 --", None),
    ],
)
def test_a_condition_is_a_key_an_operator_and_all_behind_it(
    text: str, operator: Operator, value: str, number: float | None
) -> None:
    expected = Condition("/fields/key", "/fields/key", operator, value, number)
    assert options.condition(text) == expected


@pytest.mark.parametrize(
    ("key", "path", "flat_path"),
    [
        ("a", "/fields/a", "/fields/a"),
        ("a.b.c", "/fields/a/b/c", "/fields/a.b.c"),
        ("a/b.c", "/fields/a~1b/c", "/fields/a~1b.c"),
        ("größe.名", "/fields/größe/名", "/fields/größe.名"),
        ('"$[0]', '/fields/"$[0]', '/fields/"$[0]'),
    ],
)
def test_a_dotted_key_leads_into_fields_or_is_one_key(key: str, path: str, flat_path: str) -> None:
    condition = options.condition(f"{key}=x")
    assert (condition.path, condition.flat_path) == (path, flat_path)


@pytest.mark.parametrize("text", ["", "key", "=value", "~x", "!=x", ">5", "no operator"])
def test_what_is_no_condition_is_named_with_a_way_to_write_it(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        options.condition(text)
    assert refused.value.sentence == f"--where {text} is no condition"
    assert refused.value.hint == "write KEY=VALUE, or != ~ !~ > < >= <= between them"


# --- searches ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "lag",
        "",
        "42 (of|in)",
        "été",
        pytest.param(r"\S+\d\W", id="the capitals of escapes are none"),
        pytest.param(r"\\s", id="an escaped backslash"),
    ],
)
def test_case_does_not_count_in_a_search_without_capitals(text: str) -> None:
    assert options.pattern(text) == f"(?i){text}"


@pytest.mark.parametrize(
    "text",
    ["Lag", "laG", "[A-Z]", "Été", pytest.param(r"\\S", id="a capital behind a backslash")],
)
def test_case_counts_in_a_search_with_a_capital(text: str) -> None:
    assert options.pattern(text) == text


# --- zones -------------------------------------------------------------------------------------


def test_times_are_utc_unless_asked_otherwise() -> None:
    assert options.zone(None, local=False) is UTC


def test_a_zone_by_name_wins_over_the_machine_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert str(options.zone(PARIS, local=True)) == PARIS


@pytest.mark.parametrize(
    ("variable", "expected"),
    [("Asia/Tokyo", "Asia/Tokyo"), (":Asia/Tokyo", "Asia/Tokyo"), ("JST-9", "UTC"), ("x", "UTC")],
)
def test_local_is_the_zone_that_tz_names(
    variable: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", variable)
    assert str(options.zone(None, local=True)) == expected


@pytest.mark.parametrize(
    "text", ["Mars", "", "../../etc/passwd", "/etc/localtime", "\0", "x" * 999]
)
def test_an_unknown_zone_is_named_with_how_zones_are_called(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        options.zone(text, local=False)
    assert refused.value.sentence == f"there is no time zone {text}"
    assert refused.value.hint == "zones are called as in Europe/Paris or UTC"


# --- data paths --------------------------------------------------------------------------------


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the path of the user's config file, which is not there yet."""
    for name in ("OPS_DATA", "OPS_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", "/home/me")
    path = tmp_path / "flowctl-ops" / "config.toml"
    path.parent.mkdir()
    return path


@pytest.mark.usefixtures("config")
def test_data_lies_in_the_current_folder_by_default() -> None:
    assert options.data_paths(None) == (".",)
    assert options.data_paths([]) == (".",)


def test_the_option_wins_over_the_variable_and_that_over_the_file(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text('data = ["/from/file"]')
    assert options.data_paths(None) == ("/from/file",)
    monkeypatch.setenv("OPS_DATA", os.pathsep.join(["/a", "/b c"]))
    assert options.data_paths(None) == ("/a", "/b c")
    assert options.data_paths(["/x", "y"]) == ("/x", "y")


@pytest.mark.parametrize("variable", ["", os.pathsep])
def test_an_empty_variable_is_as_none(
    variable: str, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text('data = "/from/file"')
    monkeypatch.setenv("OPS_DATA", variable)
    assert options.data_paths(None) == ("/from/file",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (".",)),
        ("data = []", (".",)),
        ('data = "/a"', ("/a",)),
        ('data = ["/a", "b*"]', ("/a", "b*")),
        ('data = "~/ops"', ("/home/me/ops",)),
        ('other = 1\ndata = "/größe"', ("/größe",)),
    ],
)
def test_the_config_file_names_data_as_text_or_list(
    text: str, expected: tuple[str, ...], config: Path
) -> None:
    config.write_text(text, "utf-8")
    assert options.data_paths(None) == expected


def test_a_config_file_elsewhere_is_named_by_a_variable(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text('data = "/usual"')
    (tmp_path / "other.toml").write_text('data = "/other"')
    monkeypatch.setenv("OPS_CONFIG", str(tmp_path / "other.toml"))
    assert options.data_paths(None) == ("/other",)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"data = [", "cannot be read", id="no TOML"),
        pytest.param(b'data = "\xff"', "cannot be read", id="no UTF-8"),
        pytest.param(b"data = 7", "is no list of paths", id="a number"),
        pytest.param(b'data = ["/a", 7]', "is no list of paths", id="a number in the list"),
        pytest.param(b'[data]\npath = "/a"', "is no list of paths", id="a table"),
    ],
)
def test_a_bad_config_file_is_named_with_a_line_that_works(
    content: bytes, reason: str, config: Path
) -> None:
    config.write_bytes(content)
    with pytest.raises(UsageError, match=reason) as refused:
        options.data_paths(None)
    assert str(config) in refused.value.sentence
    assert 'data = ["/folder"]' in (refused.value.hint or "")


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
    now = options.moment("2026-11-24T12:00:00Z", "--now", 0, UTC)
    assert options.moment(word, "--since", now, UTC) == options.moment(day, "--since", now, UTC)
    sunday = options.moment("2026-11-22T00:30:00Z", "--now", 0, UTC)
    assert options.moment("this-week", "--since", sunday, UTC) == options.moment(
        "2026-11-22", "--since", now, UTC
    )


@pytest.mark.parametrize("text", ["1M", "2M30s", "-3h", "3h ago"])
def test_what_is_no_length_is_none(text: str) -> None:
    with pytest.raises(UsageError):
        options.duration(text)


def test_a_capital_m_is_no_minute() -> None:
    with pytest.raises(UsageError):
        options.moment("1M", "--since", 0, UTC)


@pytest.mark.parametrize("name", ["posix/Europe/Paris", "right/UTC", "localtime"])
def test_zones_that_only_the_machine_has_are_none(name: str) -> None:
    with pytest.raises(UsageError):
        options.zone(name, local=False)


@pytest.mark.parametrize("text", ["fatal", "panic", "PANIC", "err"])
def test_what_connectors_call_an_error_is_one(text: str) -> None:
    assert options.level(text) == 1


def test_last_may_be_written_large() -> None:
    assert options.present(" Last", UTC, lambda: 42) == 42
