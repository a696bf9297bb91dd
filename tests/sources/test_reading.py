"""The reader shows the engine no more than a question needs."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from flowctl_ops import engine
from flowctl_ops.filters import LogFilter, NameFilter, Window
from flowctl_ops.relations import Data, Logs, Source
from tests.cli import run_ops

HOUR_NS = 3_600_000_000_000
BEGIN_S = 1_760_000_000
BEGIN_NS = BEGIN_S * 1_000_000_000


def write_hours(path: Path, hours: int) -> None:
    """Write a log a second for some hours, a row group of Parquet an hour or so."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'; SET threads = 1")
        connection.sql(
            "SELECT to_timestamp(1760000000 + n) AS ts, 'info' AS level, 'm' || n AS message, "
            f"'acmeCo/a' AS name FROM range({hours * 3600}) AS made(n)"
        ).write_parquet(str(path), row_group_size=4096)


def test_a_window_opens_only_the_row_groups_of_its_time(tmp_path: Path) -> None:
    write_hours(tmp_path / "x.parquet", 24)
    window = Window(BEGIN_NS + 20 * HOUR_NS, BEGIN_NS + 21 * HOUR_NS)
    with engine.opened() as connection:
        source = Source(connection, Data((str(tmp_path),)), NameFilter())
        source.load(Logs(LogFilter(window=window)), window=window)
        ((_, plan),) = connection.rows(
            "../tests/sources/explain_rows.sql",
            paths=[str(tmp_path / "x.parquet")],
            since=datetime.fromtimestamp(BEGIN_S + 20 * 3600, UTC),
            until=datetime.fromtimestamp(BEGIN_S + 21 * 3600, UTC),
        )
    scanned = re.search(r"Row Groups Scanned: (\d+) / (\d+)", plan)
    assert scanned is not None
    opened, found = map(int, scanned.groups())
    assert found > 20
    assert opened <= 3


def test_the_window_itself_is_exact_where_row_groups_are_not(tmp_path: Path) -> None:
    write_hours(tmp_path / "x.parquet", 2)
    window = ("--since", "1760003600", "--until", "1760003610")
    done = run_ops("logs", "-d", str(tmp_path), "-o", "csv", *window)
    assert [line.split(b",")[4] for line in done.stdout.splitlines()[1:]] == [
        f"m{n}".encode() for n in range(3600, 3610)
    ]
