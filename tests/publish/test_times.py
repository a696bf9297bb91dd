"""Times as the `time` crate reads them, and as Flow writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowctl_ops.publish import times

READ = {
    "2022-11-20T17:46:37Z": "2022-11-20T17:46:37Z",
    "2022-11-20t17:46:37z": "2022-11-20T17:46:37Z",
    "2022-11-20 17:46:37Z": "2022-11-20T17:46:37Z",
    "2022-11-20T17:46:37+00:00": "2022-11-20T17:46:37Z",
    "2022-11-20T17:46:37-00:00": "2022-11-20T17:46:37Z",
    "2022-11-20T00:46:37+02:30": "2022-11-19T22:16:37Z",
    "2022-12-31T23:46:37-23:59": "2023-01-01T23:45:37Z",
    "2022-11-20T17:46:37.0Z": "2022-11-20T17:46:37Z",
    "2022-11-20T17:46:37.1Z": "2022-11-20T17:46:37.100Z",
    "2022-11-20T17:46:37.100000Z": "2022-11-20T17:46:37.100Z",
    "2022-11-20T17:46:37.0001Z": "2022-11-20T17:46:37.000100Z",
    "2022-11-20T17:46:37.000000001Z": "2022-11-20T17:46:37.000000001Z",
    "2022-11-20T17:46:37.1234567891Z": "2022-11-20T17:46:37.123456789Z",
    "1970-01-01T00:00:00Z": "1970-01-01T00:00:00Z",
    "1969-12-31T23:59:59.9Z": "1969-12-31T23:59:59.900Z",
    "0001-01-01T00:00:00Z": "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z": "9999-12-31T23:59:59Z",
    "2024-02-29T00:00:00Z": "2024-02-29T00:00:00Z",
    "2016-12-31T23:59:60Z": "2016-12-31T23:59:59.999999999Z",
    "2017-01-01T00:59:60.5+01:00": "2016-12-31T23:59:59.999999999Z",
}
NOT_READ = [
    "",
    "now",
    "1668966397",
    "2022-11-20",
    "2022-11-20T17:46:37",
    "2022-11-20T17:46Z",
    "2022-11-20T17:46:37 Z",
    "2022-11-20T17:46:37.Z",
    "2022-11-20T17:46:37,5Z",
    "2022-11-20T17:46:37+0200",
    "2022-11-20T17:46:37+02",
    "2022-11-20T17:46:37+24:00",
    "2022-11-20T17:46:37+02:60",
    "2022-11-20T24:00:00Z",
    "2022-11-20T17:60:00Z",
    "2022-11-20T17:46:61Z",
    "2022-11-20T17:46:60Z",
    "2022-02-29T00:00:00Z",
    "2022-13-01T00:00:00Z",
    "2022-00-01T00:00:00Z",
    "22-11-20T17:46:37Z",
    "+2022-11-20T17:46:37Z",
    "2022-11-20T17:46:37Z ",
    "2022-11-20T17:46:37Z\n",
    "\uff12\uff10\uff12\uff12-11-20T17:46:37Z",
    "9999-12-31T23:59:59-00:01",
    "0001-01-01T00:00:00+00:01",
]


@pytest.mark.parametrize(("text", "expected"), READ.items())
def test_a_time_is_written_as_flow_writes_it(text: str, expected: str) -> None:
    assert times.canonical(text) == expected


@pytest.mark.parametrize("text", NOT_READ)
def test_what_flow_does_not_read_is_no_time(text: str) -> None:
    assert times.canonical(text) is None
    assert times.parse(text) is None


@given(
    st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29)),  # noqa: DTZ001 - its zone is added
    st.integers(0, 999_999_999),
    st.integers(-1439, 1439),
    st.integers(0, 9),
)
def test_a_time_means_what_python_says(local: datetime, ns: int, offset: int, digits: int) -> None:
    zone = timezone(timedelta(minutes=offset))
    local = local.replace(microsecond=0, tzinfo=zone)
    fraction = f".{ns:09d}"[: digits + 1] if digits else ""
    sign = "-" if offset < 0 else "+"
    suffix = f"{sign}{abs(offset) // 60:02d}:{abs(offset) % 60:02d}"
    text = f"{local:%Y-%m-%dT%H:%M:%S}".rjust(19, "0") + fraction + suffix
    since = local - datetime(1970, 1, 1, tzinfo=UTC)
    seconds = since.days * 86_400 + since.seconds
    expected = seconds * 1_000_000_000 + int(fraction[1:].ljust(9, "0") or 0)
    assert times.parse(text) == expected
    assert times.parse(times.write(expected)) == expected
    assert times.canonical(times.write(expected)) == times.write(expected)
