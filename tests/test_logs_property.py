"""`ops logs` answers as a plain Python reader does, however one history lies on disk.

Examples are the same in every run; `OPS_EXAMPLES=2000` looks at that many new ones instead.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.cli import Completed, run_ops, run_ops_process
from tests.histories import (
    Columns,
    History,
    as_columns_show,
    exact,
    joined,
    log_histories,
    materializable,
    write_csv,
    write_fragments,
    write_lines,
    write_parquet,
)
from tests.oracle import (
    Answer,
    Fragment,
    Line,
    Log,
    Uuid,
    answer,
    as_log,
    classify,
    cover,
    instant,
    lines,
    logs,
    parse,
    select,
    uuid_of,
)

EXAMPLES = os.environ.get("OPS_EXAMPLES")
PROPERTY = settings(
    max_examples=int(EXAMPLES or 20),
    derandomize=EXAMPLES is None,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
PICKS = st.randoms(use_true_random=False)
Writer = Callable[[Path, History, Random], None]


@contextmanager
def folder() -> Iterator[Path]:
    """Make a folder for one example."""
    with tempfile.TemporaryDirectory(prefix="history-") as name:
        yield Path(name)


def documents_of(completed: Completed) -> list[bytes]:
    """Split JSON output into its documents."""
    assert not completed.stdout or completed.stdout.endswith(b"\n")
    return completed.stdout.split(b"\n")[:-1]


def ask(root: Path, *options: str) -> Completed:
    return run_ops("logs", "-o", "json", "-d", str(root), *options)


def read(history: History) -> Answer:
    """Answer a history as if it lay in one file."""
    return answer(Line("", n, None, None, None, e.text) for n, e in enumerate(history, 1))


# --- the same history in every layout ----------------------------------------------------------


@PROPERTY
@given(log_histories(foreign=True), PICKS)
def test_journal_fragments_of_any_era_hold_every_line_once(history: History, pick: Random) -> None:
    with folder() as root:
        write_fragments(root, history, pick)
        assume(any(root.rglob("pivot=00")))
        completed = ask(root)
        expected = answer(lines(root))
        assert documents_of(completed) == logs(root)
        assert completed.exit_code == (3 if expected.foreign else 0), completed.stderr


@PROPERTY
@given(log_histories(foreign=True), PICKS)
def test_saved_json_lines_hold_every_line_once(history: History, pick: Random) -> None:
    with folder() as root:
        write_lines(root, history, pick)
        completed = ask(root)
        expected = answer(lines(root))
        assert documents_of(completed) == logs(root)
        assert completed.exit_code == (3 if expected.foreign else 0), completed.stderr
        for place in expected.foreign[:1]:
            assert place in completed.stderr


@PROPERTY
@given(log_histories(foreign=True), PICKS)
def test_standard_input_is_one_more_file(history: History, pick: Random) -> None:
    saved = joined([entry.text for entry in history], pick)
    expected = read(history)
    completed = run_ops("logs", "-o", "json", "-d", "-", stdin=saved)
    assert documents_of(completed) == [log.text for log in select(expected.logs)]
    assert completed.exit_code == (3 if expected.foreign else 0), completed.stderr


# --- what is asked for -------------------------------------------------------------------------


@st.composite
def questions(draw: st.DrawFn, found: list[Log]) -> dict[str, Any]:
    """Draw filters that the logs found may answer: see `oracle.select`."""
    tasks = sorted({log.task for log in found if log.task})
    names = [*tasks, *(f"{task.split('/')[0]}/" for task in tasks if "/" in task)]
    globs = [f"{task[:-1]}*" for task in tasks] + [f"*{task[1:]}" for task in tasks]
    instants = [log.ts for log in found if log.ts is not None and 0 < log.ts < 4 * 10**18]
    edges = [ts + nudge for ts in instants for nudge in (0, 1)]
    window = (
        sorted(draw(st.lists(st.sampled_from(edges), max_size=2, unique=True))) if edges else []
    )
    chosen: dict[str, Any] = {
        "name": draw(st.sampled_from([None, *names, *globs])),
        "kind": draw(st.sampled_from([None, None, "capture", "derivation", "materialization"])),
        "level": draw(st.sampled_from(["trace", "trace", "error", "warn", "info", "debug"])),
        "tail": draw(st.sampled_from([None, None, 1, 2, 5, 1000])),
        "reverse": draw(st.booleans()),
    }
    if len(window) == 2:
        chosen |= {"since": window[0], "until": window[1]}
    elif window:
        chosen |= {draw(st.sampled_from(["since", "until"])): window[0]}
    return {key: value for key, value in chosen.items() if value not in (None, False, "trace")}


def options_for(question: dict[str, Any]) -> list[str]:
    """Write a question as a command line."""
    options = []
    for key, value in question.items():
        if key == "name":
            options.append(value)
        elif key == "reverse":
            options.append("--reverse")
        else:
            shown = rfc_3339(value) if key in ("since", "until") else str(value)
            options += [f"--{key}", shown]
    return options


def rfc_3339(nanoseconds: int) -> str:
    seconds, fraction = divmod(nanoseconds, 10**9)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{fraction:09d}Z"


@pytest.mark.parametrize("write", [write_fragments, write_lines])
@PROPERTY
@given(PICKS, st.data())
def test_filters_keep_what_was_asked_for(write: Writer, pick: Random, data: st.DataObject) -> None:
    """Files that hold lines which are not Flow's say so in the exit code, whatever is asked."""
    unpruned = write is write_lines
    history = data.draw(log_histories(foreign=unpruned, far_times=unpruned, min_size=3))
    with folder() as root:
        write(root, history, pick)
        found, foreign = answer(lines(root))
        question = data.draw(questions(found))
        completed = ask(root, *options_for(question))
        assert documents_of(completed) == [log.text for log in select(found, **question)]
        assert completed.exit_code == (3 if foreign else 0), completed.stderr


@PROPERTY
@given(log_histories(far_times=False), PICKS)
def test_last_is_the_newest_log_of_all(history: History, pick: Random) -> None:
    with folder() as root:
        write_fragments(root, history, pick)
        found = answer(lines(root)).logs
        times = [log.ts for log in found if log.ts is not None]
        assume(times)
        since = max(times) - 2 * 3_600_000_000_000
        completed = ask(root, "--now", "last", "--since", "2h")
        assert documents_of(completed) == [log.text for log in select(found, since=since)]


@PROPERTY
@given(log_histories(), PICKS, st.data())
def test_the_same_task_in_a_bucket_and_in_saved_output_counts_once(
    history: History, pick: Random, data: st.DataObject
) -> None:
    with folder() as root:
        write_fragments(root / "bucket", history, pick)
        write_lines(root / "saved", history, pick)
        found = answer(lines(root)).logs
        question = data.draw(questions(found))
        question = {key: question[key] for key in question if key not in ("since", "until")}
        completed = ask(root, *options_for(question))
        assert documents_of(completed) == [log.text for log in select(found, **question)]


@PROPERTY
@given(log_histories(far_times=False, min_size=3), PICKS)
def test_a_log_without_a_time_is_in_no_window_and_is_mentioned(
    history: History, pick: Random
) -> None:
    timed = [log for log in read(history).logs if log.ts is not None]
    assume(timed and len(timed) < len(read(history).logs))
    with folder() as root:
        write_lines(root, history, pick)
        since = min(log.ts or 0 for log in timed)
        completed = ask(root, "--since", rfc_3339(since))
        found = answer(lines(root)).logs
        assert documents_of(completed) == [log.text for log in select(found, since=since)]
        assert completed.stderr


# --- columns -----------------------------------------------------------------------------------


def shown(document: bytes) -> dict[str, Any]:
    """Read a document that the tool made of columns: nulls are absent, `ts` is an instant."""
    members = {name: value for name, value in exact(document).items() if value is not None}
    nanoseconds = instant(members.get("ts"))
    return members if nanoseconds is None else members | {"ts": nanoseconds}


@pytest.mark.parametrize("write", [write_parquet, write_csv])
@pytest.mark.parametrize("columns", [Columns.DEPTH_ONE, Columns.LEAVES])
@PROPERTY
@given(log_histories(min_size=2), PICKS)
def test_columns_hold_what_the_journal_held(
    write: Callable[..., None], columns: Columns, history: History, pick: Random
) -> None:
    documents = [log.text for log in read(history).logs if materializable(log.text)]
    assume(documents)
    with folder() as root:
        write(root, documents, columns, pick)
        got = [shown(document) for document in documents_of(ask(root))]
    micros = not any(document["ts"] % 1000 for document in got)
    expected = [as_columns_show(text, columns, micros=micros) for text in documents]
    assert got == sorted(expected, key=lambda document: far_last(document["ts"]))


def far_last(nanoseconds: int) -> tuple[int, int]:
    """Give the place of an instant in order, as `oracle.position` does."""
    return (0, nanoseconds) if abs(nanoseconds) < 2**63 else (1 if nanoseconds > 0 else -1, 0)


@pytest.mark.parametrize("write", [write_parquet, write_csv])
@pytest.mark.parametrize("columns", [Columns.DOCUMENT, Columns.DOCUMENT_ONLY])
@PROPERTY
@given(log_histories(min_size=2), PICKS)
def test_a_whole_document_in_a_column_is_given_as_it_is(
    write: Callable[..., None], columns: Columns, history: History, pick: Random
) -> None:
    found = [log for log in read(history).logs if materializable(log.text)]
    assume(found)
    with folder() as root:
        write(root, [log.text for log in found], columns, pick)
        assert documents_of(ask(root)) == [log.text for log in select(found)]


@PROPERTY
@given(log_histories(min_size=2), PICKS)
def test_a_log_in_a_journal_and_in_parquet_counts_once(history: History, pick: Random) -> None:
    exported = [log.text for log in read(history).logs if materializable(log.text)]
    assume(exported)
    with folder() as root:
        write_fragments(root, history, pick)
        write_parquet(root, exported, Columns.DOCUMENT, pick)
        rows = [Line("rows", n, None, None, None, text) for n, text in enumerate(exported)]
        expected = select(answer([*lines(root), *rows]).logs)
        assert documents_of(ask(root)) == [log.text for log in expected]


def test_a_process_of_its_own_prints_the_same_bytes() -> None:
    document = b'{"ts":"2024-05-06T07:08:09Z","level":"info","message":"\xc3\xa9t\xc3\xa9"}\n'
    with folder() as root:
        (root / "saved.jsonl").write_bytes(document)
        in_process = ask(root)
        apart = run_ops_process("logs", "-o", "json", "-d", str(root))
    assert apart.stdout == in_process.stdout == document
    assert apart.exit_code == in_process.exit_code == 0


# --- the oracle itself, on the worked examples of FORMATS ---------------------------------------


def test_the_cover_rule_reads_each_byte_of_the_worked_example_once() -> None:
    hexes = ["0-300", "100-300", "300-520", "400-700", "700-900", "700-900", "a00-b00", "b00-b00"]
    edges = [text.split("-") for text in hexes]
    fragments = [Fragment(int(begin, 16), int(end, 16)) for begin, end in edges]
    read_from = [(fragment.begin, fragment.end, skip) for fragment, skip in cover(fragments)]
    assert read_from == [
        (0x000, 0x300, 0),
        (0x300, 0x520, 0),
        (0x400, 0x700, 0x120),
        (0x700, 0x900, 0),
        (0xA00, 0xB00, 0),
    ]


@pytest.mark.parametrize(
    ("text", "uuid"),
    [
        (
            "64c22900-0b77-11ef-8000-0b1c2d3e4f50",
            Uuid("0b1c2d3e4f50", 2229483534259752960, 0),
        ),
        ("64c2290a-0b77-11ef-8001-9900aabbccdd", Uuid("9900aabbccdd", 0x1EF0B7764C2290A0, 1)),
        ("64C22914-0B77-11EF-8002-9900AABBCCDD", Uuid("9900aabbccdd", 0x1EF0B7764C229140, 2)),
        ("64c22900-0b77-11ef-8c01-0b1c2d3e4f50", Uuid("0b1c2d3e4f50", 0x1EF0B7764C229003, 1)),
        ("7f0c1d2e-3b4a-4c5d-8e6f-0123456789ab", None),
        ("DocUUIDPlaceholder-329Bb50aa48EAa9ef", None),
    ],
)
def test_the_oracle_reads_a_uuid_as_gazette_does(text: str, uuid: Uuid | None) -> None:
    assert uuid_of({"_meta": {"uuid": text}}) == uuid


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("2024-05-06T07:08:09.123456Z", 1714979289123456000),
        ("2024-05-06T09:08:09.123456000+02:00", 1714979289123456000),
        ("1969-12-31T23:59:59.999999999+00:00", -1),
        ("0001-01-01T00:00:00Z", -62135596800 * 10**9),
        ("2024-13-45T00:00:00Z", None),
        ("[ts]", None),
        (None, None),
    ],
)
def test_the_oracle_reads_times_to_the_nanosecond(text: object, nanoseconds: int | None) -> None:
    assert instant(text) == nanoseconds


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('{"_meta":{"uuid":"64c22914-0b77-11ef-8002-9900aabbccdd","ack":true}}', "quiet"),
        ('{"_meta":"64c22914-0b77-11ef-8002-9900aabbccdd","ack":true}', "quiet"),
        ('{"_meta":{"uuid":"DocUUIDPlaceholder-329Bb50aa48EAa9ef"},"ack":true}', "quiet"),
        ('{"_meta":{},"is_ack":true,"hints":[]}', "quiet"),
        ('{"_meta":{},"shard":{},"txnCount":1}', "quiet"),
        ('{"catalogName":"a/","grain":"daily","statsSummary":{}}', "quiet"),
        ('{"level":"info","ts":"[ts]"}', "log"),
        ('{"message":"no level","fields":{}}', "log"),
        ('{"level":"debug","msg":"a connector line"}', "foreign"),
        ('{"hi":32}', "foreign"),
        ('{"level":"info","message":NaN}', "foreign"),
        ("[]", "foreign"),
    ],
)
def test_the_oracle_tells_logs_from_the_rest(text: str, what: str) -> None:
    assert classify(parse(text.encode())) == what


def test_the_oracle_never_hides_a_level_that_is_unknown_or_missing() -> None:
    texts = [json.dumps({"message": "m", "ts": "x"} | extra) for extra in ({}, {"level": "odd"})]
    assert [as_log(json.loads(text), text.encode()).rank for text in texts] == [1, 1]
