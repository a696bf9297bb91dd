"""What is published is read again, to the byte: generated logs and stats through every reader."""

from __future__ import annotations

import json
import re
from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flowctl_ops.publish import (
    Binding,
    DocsAndBytes,
    Interval,
    Level,
    Limits,
    Log,
    Logs,
    Shard,
    Stats,
    StatsPublisher,
    text,
)
from flowctl_ops.publish.lines import LogReader
from tests.cli import run_ops
from tests.publish.files import TASK, read

EXAMPLES = settings(max_examples=25, deadline=None)
FIRST, LAST = -(10**18), 9 * 10**18  # ns that the engine can tell

texts = st.text(max_size=12)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**80), 2**80)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
shards = st.builds(
    Shard,
    st.just("capture"),
    st.just(TASK),
    st.sampled_from(["00000000", "80000000"]),
    st.sampled_from(["00000000", "ffffffff"]),
    st.sampled_from(["", "0123456789abcdef"]),
)
logs = st.builds(
    Log,
    texts,
    st.sampled_from(list(Level)),
    st.dictionaries(texts, values, max_size=4),
    st.integers(FIRST, LAST),
)


@given(shards, st.lists(logs, min_size=1, max_size=8))
@EXAMPLES
def test_logs_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, shard: Shard, given: list[Log]
) -> None:
    data = tmp_path_factory.mktemp("data")
    with Logs(data, shard, "trace", limits=Limits(size=600)) as handler:
        for log in given:
            handler(log)
    expected = [json.loads(log.json(shard)) for log in sorted(given, key=lambda log: log.ts)]
    found = read(data, "logs", "--json", "--verify")
    assert [without_meta(document) for document in found] == expected


@given(st.lists(logs, min_size=1, max_size=8))
@EXAMPLES
def test_lines_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, given: list[Log]
) -> None:
    """The library's own JSON, as a connector's output: nothing of it changes."""
    data, shard = tmp_path_factory.mktemp("data"), Shard("capture", TASK)
    reader = LogReader()
    lines = reader.feed("".join(log.json() + "\n" for log in given).encode()) + reader.end()
    with Logs(data, shard, "trace") as handler:
        handler.publish(lines)
    found = read(data, "logs", "--json", "--verify")
    expected = [
        as_decoded(json.loads(log.json(shard))) for log in sorted(given, key=lambda log: log.ts)
    ]
    assert [without_meta(document) for document in found] == expected


plain_numbers = st.integers(-(2**60), 2**60) | st.integers(-(10**6), 10**6).map(lambda n: n / 4)
plain_values = st.recursive(
    st.none() | st.booleans() | plain_numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
shown_logs = st.builds(
    Log,
    texts,
    st.sampled_from(list(Level)),
    st.dictionaries(texts, plain_values, max_size=4),
)


@given(st.lists(shown_logs, min_size=1, max_size=8))
@example([Log("\n"), Log("one\n\n", "warn", {"a": "x" * 64, "b": "a b" * 64, "c": ""})])
@EXAMPLES
def test_a_line_is_shown_as_ops_logs_shows_it(
    tmp_path_factory: pytest.TempPathFactory, given: list[Log]
) -> None:
    data, reader = tmp_path_factory.mktemp("data"), LogReader()
    given = [Log(log.message, log.level, log.fields, 10**18 + n) for n, log in enumerate(given)]
    lines = reader.feed("".join(log.json() + "\n" for log in given).encode()) + reader.end()
    with Logs(data, Shard("capture", TASK), "trace") as handler:
        handler.publish(lines)
    shown = run_ops("logs", "--data", str(data)).stdout.decode()
    assert small(shown) == small("".join(text.line(line) + "\n" for line in lines))


def small(shown: str) -> str:
    """Codes of signs in small letters, which the engine has as it likes."""
    return re.sub(r"\\u[0-9A-F]{4}", lambda code: code[0].lower(), shown)


def as_decoded(log: dict[str, Any]) -> dict[str, Any]:
    """What Flow's decoder makes of a log that has its message among its fields."""
    fields = log.get("fields", {})
    for key in () if log.get("message") else ("message", "msg"):
        if isinstance(fields.get(key), str):
            log["message"] = fields.pop(key)
    return {key: value for key, value in log.items() if value not in ("", {})}


counts = st.builds(DocsAndBytes, st.integers(0, 2**40), st.integers(0, 2**60))
bindings = st.builds(
    Binding,
    st.none() | counts,
    st.none() | counts,
    st.none() | counts,
    st.none() | st.integers(0, LAST),
    st.none() | st.integers(0, LAST),
    st.integers(0, 2**50),
)
stats = st.builds(
    lambda ts, seconds, count, capture, interval: Stats(
        Shard("capture", TASK),
        ts,
        seconds,
        count,
        capture,
        interval=interval,
    ),
    st.integers(0, LAST),
    st.floats(0, 1e6),
    st.integers(0, 2**31),
    st.dictionaries(st.sampled_from(["a/b", "a/c.d", "é/x"]), bindings, max_size=3),
    st.none() | st.builds(Interval, st.integers(1, 2**31), st.floats(0, 2)),
)


@given(st.lists(st.tuples(st.booleans(), st.lists(stats, max_size=3)), max_size=4))
@EXAMPLES
def test_committed_stats_come_back_as_they_were_and_no_others(
    tmp_path_factory: pytest.TempPathFactory, transactions: list[tuple[bool, list[Stats]]]
) -> None:
    data = tmp_path_factory.mktemp("data")
    expected = []
    with StatsPublisher(data, Shard("capture", TASK), limits=Limits(size=900)) as publisher:
        for fails, documents in transactions:
            with ExitStack() as outside:
                if fails:
                    outside.enter_context(pytest.raises(ZeroDivisionError))
                with publisher.transaction() as transaction:
                    for document in documents:
                        transaction.publish_stats(document)
                    assert 1 / (not fails) == 1
            expected += [json.loads(document.json()) for document in documents if not fails]
    rows = read(data, "sql", "SELECT doc FROM stats", "--json", complete=False)
    found = [without_meta(row["doc"]) for row in rows]
    assert sorted(map(as_key, found)) == sorted(map(as_key, expected))


def without_meta(document: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key != "_meta"}


def as_key(document: dict[str, Any]) -> str:
    return json.dumps(document, sort_keys=True)
