"""Log handlers: what a log looks like, where it goes, and how handlers are put together."""

from __future__ import annotations

import copy
import io
import json
import os
import pickle
from pathlib import Path
from typing import Any

import pytest

from flowctl_ops.errors import UsageError
from flowctl_ops.publish import (
    Context,
    Level,
    Log,
    LogHandler,
    Shard,
    at_level,
    collection_handler,
    handler_for,
    stderr_handler,
    tee,
)
from tests.publish.files import TASK, messages, read

SHARD = Shard("capture", TASK)
TS = 1_668_966_396_119_850_056


class Terminal(io.StringIO):
    """A stream that a person reads."""

    def isatty(self) -> bool:
        return True


def printed(log: Log, shard: Shard | None = SHARD) -> dict[str, Any]:
    """What the handler prints into a pipe."""
    stream = io.StringIO()
    stderr_handler(shard, stream)(log)
    found: dict[str, Any] = json.loads(stream.getvalue())
    return found


def fields(**given: Any) -> Any:
    return printed(Log(fields=given), None)["fields"]


def test_a_log_is_frozen_and_has_flows_defaults() -> None:
    log = Log("hi")
    assert (log.message, log.level, log.fields, log.spans) == ("hi", Level.INFO, {}, ())
    with pytest.raises(AttributeError, match="a Log does not change"):
        log.message = "other"
    with pytest.raises(AttributeError, match="a Log does not change"):
        del log.message


def test_values_are_equal_by_their_members_and_can_be_copied() -> None:
    log = Log("hi", "warn", {"a": 1}, TS, SHARD)
    assert log == Log("hi", "warn", {"a": 1}, TS, SHARD)
    assert log != Log("hi", "warn", {"a": 2}, TS, SHARD)
    assert log != "hi"
    assert pickle.loads(pickle.dumps(log)) == copy.deepcopy(log) == log
    assert {Shard("capture", TASK): 1}[SHARD] == 1
    assert eval(repr(SHARD).replace("<TaskKind.CAPTURE: 'capture'>", "'capture'")) == SHARD


@pytest.mark.parametrize("level", ["critical", "fatal", "warning", "INFO", ""])
def test_a_level_is_one_of_flows_five(level: str) -> None:
    with pytest.raises(UsageError, match="is no level"):
        Log("hi", level)


def test_a_log_is_printed_as_flows_canonical_json() -> None:
    span = Log("outer", "debug", {"n": 1}, TS)
    shard = Shard("derivation", "a/b", "0000aaaa", "8899aabb", "0123456789abcdef")
    log = Log("hi", "warn", {"a": {"b": [1.5, None]}}, TS, shard, (span,))
    stream = io.StringIO()
    stderr_handler(None, stream)(log)
    assert stream.getvalue() == (
        '{"shard":{"kind":"derivation","name":"a/b","keyBegin":"0000aaaa","rClockBegin":"8899aabb",'
        '"build":"0123456789abcdef"},"ts":"2022-11-20T17:46:36.119850056Z","level":"warn",'
        '"message":"hi","fields":{"a":{"b":[1.5,null]}},"spans":[{"ts":"2022-11-20T17:46:36.119850056Z",'
        '"level":"debug","message":"outer","fields":{"n":1}}]}\n'
    )


def test_what_is_empty_is_left_out() -> None:
    assert printed(Log(ts=0), None) == {"ts": "1970-01-01T00:00:00Z", "level": "info"}


def test_local_logs_name_their_task() -> None:
    assert printed(Log("hi", ts=0))["fields"] == {"task": TASK}
    assert printed(Log("hi", fields={"task": "mine"}))["fields"] == {"task": "mine"}


def test_a_person_gets_a_line() -> None:
    stream = Terminal()
    log = Log("two\nlines\x1b[2J", "warn", {"a": "b c", "n": 1, "x": "\u202e"}, TS)
    stderr_handler(SHARD, stream)(log)
    assert stream.getvalue() == (
        '2022-11-20T17:46:36.119Z warn  two a="b c" n=1 x=\\u202e task=acmeCo/my/capture\n'
        "    lines\\u001b[2J\n"
    )


class Odd:
    """A value that JSON does not know, and that cannot even be shown."""

    def __repr__(self) -> str:
        raise RuntimeError


def chain() -> BaseException:
    """An error with causes: one that was named, and one that merely came before."""
    innermost = ValueError('{"structured": true, "n": [1]}')
    inner, outer = KeyError("inner"), RuntimeError("outer")
    inner.__cause__, outer.__context__ = innermost, inner
    return outer


def test_an_error_becomes_its_chain_outermost_first() -> None:
    assert fields(error=chain())["error"] == ["outer", "'inner'", {"structured": True, "n": [1]}]
    assert fields(error=ValueError("flat"))["error"] == "flat"
    assert fields(error=ValueError('{"a": 1}'))["error"] == {"a": 1}
    assert fields(error=ValueError("NaN"))["error"] == "NaN"
    assert fields(error=ValueError())["error"] == "ValueError"
    assert fields(nested={"error": ValueError("flat")}) == {"nested": {"error": "flat"}}


def test_a_chain_may_hide_and_go_round() -> None:
    hidden = RuntimeError("shown")
    hidden.__context__, hidden.__suppress_context__ = ValueError("hidden"), True
    assert fields(error=hidden)["error"] == "shown"
    first, second = ValueError("first"), ValueError("second")
    first.__cause__, second.__cause__ = second, first
    assert len(fields(error=first)["error"]) == 32


def test_no_value_makes_a_log_fail() -> None:
    circle: list[Any] = []
    circle.append(circle)
    found = fields(
        nan=float("nan"),
        inf=[float("inf")],
        odd=Odd(),
        circle=circle,
        path=Path("/a"),
        data=b"\xff",
        set={2, 1},
        surrogate="\ud800",
        number=2**80,
        keys={1: "one", None: 2},
    )
    assert found["nan"] == "nan"
    assert found["inf"] == "[inf]"
    assert found["path"] == "/a"
    assert found["set"] == [1, 2]
    assert found["surrogate"] == "?"
    assert found["number"] == 2**80
    assert found["keys"] == {"1": "one", "null": 2}
    assert len(found) == 10


def test_at_level_passes_this_level_and_worse() -> None:
    got: list[str] = []
    handler = at_level("warn", lambda log: got.append(str(log.level)))
    for level in Level:
        handler(Log(level=level))
    assert got == ["error", "warn"]
    with pytest.raises(UsageError):
        at_level("loud", handler)


def test_tee_gives_all_handlers_the_log_whoever_fails() -> None:
    got: list[str] = []

    def fails(log: Log) -> None:
        raise OSError(log.message)

    with pytest.raises(OSError, match="hi"):
        tee(fails, lambda log: got.append(log.message), fails)(Log("hi"))
    assert got == ["hi"]
    with pytest.raises(UsageError):
        tee()


def test_a_collection_takes_a_level_and_worse(tmp_path: Path) -> None:
    with collection_handler(tmp_path, SHARD, "debug") as handler:
        for level in Level:
            handler(Log(str(level), level))
    assert messages(tmp_path) == ["error", "warn", "info", "debug"]


def test_a_log_may_be_of_another_shard(tmp_path: Path) -> None:
    other = Shard("capture", TASK, "80000000")
    with collection_handler(tmp_path, SHARD) as handler:
        handler(Log("one"))
        handler(Log("other", shard=other))
    begins = [log["shard"]["keyBegin"] for log in read(tmp_path, "logs", "--json")]
    assert begins == ["00000000", "80000000"]


@pytest.mark.parametrize(
    ("journal", "folder", "collected"),
    [
        (None, "data", ["data"]),
        ("ops/acmeCo/logs/pivot=00", "data", ["data"]),
        ("local", "data", []),
        (None, None, []),
    ],
)
def test_a_context_picks_its_handler(
    journal: str | None,
    folder: str | None,
    collected: list[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    context = Context(SHARD, tmp_path / folder if folder else None, "info", journal)
    handler: LogHandler = handler_for(context)
    handler(Log("hi"))
    handler(Log("quiet", "debug"))
    said = capsys.readouterr().err
    assert ("hi" in said) is not bool(collected)
    assert "quiet" not in said
    assert (TASK in said) is not bool(collected)
    assert os.listdir(tmp_path) == collected
