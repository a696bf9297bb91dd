"""Stats: values, transactions and what counts of them, and documents as JSON lines."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from flowctl_ops.publish import (
    Binding,
    Derive,
    DocsAndBytes,
    Interval,
    Limits,
    Shard,
    Stats,
    StatsPublisher,
    Transform,
    publish_stats,
)
from flowctl_ops.publish.stats_lines import Invalid, stats_line
from flowctl_ops.publish.uuids import CONTINUE_TXN, OUTSIDE_TXN
from tests.publish.files import JOURNAL, TASK, documents, read

SHARD = Shard("capture", TASK)
TS = 1_668_966_397_000_000_000


def one(docs: int) -> Stats:
    out = DocsAndBytes(docs, 10 * docs)
    return Stats(SHARD, TS, 0.25, 1, capture={"acmeCo/orders": Binding(right=out, out=out)})


def counted(data: Path) -> list[int]:
    """How many documents each committed stats document says were written."""
    asked = "SELECT out_docs FROM bindings ORDER BY out_docs"
    done = read(data, "sql", asked, "--json", complete=False)
    return [int(row["out_docs"]) for row in done]


def flags(data: Path) -> list[int]:
    found = documents(data / JOURNAL.format("stats"))
    return [int(document["_meta"]["uuid"][19:23], 16) & 3 for document in found]


def test_stats_are_flows_json_without_zeros() -> None:
    counts = DocsAndBytes(3, 30)
    stats = Stats(
        Shard("materialization", "a/b"),
        TS,
        1.5,
        2,
        materialize={"a/c": Binding(counts, counts, counts, TS, bytes_behind=7)},
    )
    assert json.loads(stats.json()) == {
        "shard": {
            "kind": "materialization",
            "name": "a/b",
            "keyBegin": "00000000",
            "rClockBegin": "00000000",
        },
        "ts": "2022-11-20T17:46:37Z",
        "openSecondsTotal": 1.5,
        "txnCount": 2,
        "materialize": {
            "a/c": {
                "left": {"docsTotal": 3, "bytesTotal": 30},
                "right": {"docsTotal": 3, "bytesTotal": 30},
                "out": {"docsTotal": 3, "bytesTotal": 30},
                "lastSourcePublishedAt": "2022-11-20T17:46:37Z",
                "bytesBehind": 7,
            }
        },
    }


def test_a_derivation_and_an_interval_have_their_members() -> None:
    counts = DocsAndBytes(3, 30)
    transform = Transform("a/source", counts, TS, 9)
    derive = Derive({"byKey": transform}, counts, counts, TS)
    found = json.loads(Stats(Shard("derivation", "a/b"), TS, derive=derive).json())
    assert found["derive"] == {
        "transforms": {
            "byKey": {
                "source": "a/source",
                "input": {"docsTotal": 3, "bytesTotal": 30},
                "lastSourcePublishedAt": "2022-11-20T17:46:37Z",
                "bytesBehind": 9,
            }
        },
        "published": {"docsTotal": 3, "bytesTotal": 30},
        "out": {"docsTotal": 3, "bytesTotal": 30},
        "lastPublishedAt": "2022-11-20T17:46:37Z",
    }
    interval = json.loads(Stats(SHARD, TS, interval=Interval(180, 1.0)).json())
    assert interval["interval"] == {"uptimeSeconds": 180, "usageRate": 1.0}
    assert set(interval) == {"shard", "ts", "interval"}


def test_a_transaction_counts_once_it_is_left(tmp_path: Path) -> None:
    with StatsPublisher(tmp_path, SHARD) as publisher:
        with publisher.transaction() as transaction:
            transaction.publish_stats(one(1))
            transaction.publish_stats(one(2))
            assert counted(tmp_path) == []
        assert counted(tmp_path) == [1, 2]
    assert flags(tmp_path) == [1, 1, 2]


def test_an_error_inside_leaves_nothing_committed_then_or_later(tmp_path: Path) -> None:
    with StatsPublisher(tmp_path, SHARD) as publisher:
        with pytest.raises(RuntimeError), publisher.transaction() as transaction:  # noqa: PT012
            transaction.publish_stats(one(1))
            raise RuntimeError
        with publisher.transaction() as transaction:
            transaction.publish_stats(one(2))
        publisher.publish_stats(one(4))
    assert counted(tmp_path) == [2, 4]


def test_a_transaction_of_nothing_writes_nothing(tmp_path: Path) -> None:
    with StatsPublisher(tmp_path, SHARD) as publisher, publisher.transaction():
        pass
    assert flags(tmp_path) == []


CRASH = """
import os, sys
from flowctl_ops.publish import *
shard = Shard("capture", "acmeCo/my/capture")
out = Binding(out=DocsAndBytes(1, 1))
with StatsPublisher(sys.argv[1], shard) as publisher:
    seven = Binding(out=DocsAndBytes(7, 1))
    publisher.publish_stats(Stats(shard, txn_count=1, capture={"a/b": seven}))
    with publisher.transaction() as transaction:
        transaction.publish_stats(Stats(shard, txn_count=1, capture={"a/b": out}))
        os.kill(os.getpid(), 9)
"""


def test_a_crash_inside_leaves_nothing_committed(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", CRASH, str(tmp_path)], check=False)
    assert done.returncode == -9
    assert counted(tmp_path) == [7]
    publish_stats(one(8), tmp_path)
    assert counted(tmp_path) == [7, 8]


def test_transactions_may_overlap_and_span_fragments(tmp_path: Path) -> None:
    with StatsPublisher(tmp_path, SHARD, limits=Limits(size=700)) as publisher:
        with publisher.transaction() as outer:
            outer.publish_stats(one(1))
            with publisher.transaction() as inner:
                inner.publish_stats(one(2))
            assert counted(tmp_path) == [2]
            publisher.publish_stats(one(4))
            outer.publish_stats(one(8))
            assert counted(tmp_path) == [2, 4]
        assert counted(tmp_path) == [1, 2, 4, 8]
    assert list((tmp_path / JOURNAL.format("stats")).rglob("*.gz"))


def test_an_interval_is_committed_by_itself_and_ends_no_transaction(tmp_path: Path) -> None:
    with StatsPublisher(tmp_path, SHARD) as publisher:
        with publisher.transaction() as transaction:
            transaction.publish_stats(one(1))
            publisher.publish_stats(Stats(SHARD, TS, interval=Interval(60)))
        assert flags(tmp_path) == [1, 0, 2]
    assert counted(tmp_path) == [1]
    [usage] = read(tmp_path, "sql", "SELECT sum(uptime_seconds) AS s FROM stats", "--json")
    assert usage == {"s": 60}


def test_threads_may_share_a_publisher(tmp_path: Path) -> None:
    with StatsPublisher(tmp_path, SHARD) as publisher:
        threads = [
            threading.Thread(target=lambda k=k: publisher.publish_stats(one(k)))
            for k in range(1, 9)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert counted(tmp_path) == list(range(1, 9))


def test_without_data_stats_are_printed_as_flows_local_runs_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    publish_stats(one(1))
    log = json.loads(capsys.readouterr().err)
    assert (log["level"], log["message"]) == ("debug", "transaction stats")
    assert log["fields"]["stats"] == json.loads(one(1).json())
    assert log["fields"]["task"] == TASK


BINDING = '{"right":{"docsTotal":1,"bytesTotal":2},"out":{"docsTotal":1,"bytesTotal":2}}'
GOOD = {
    "a capture": f'"txnCount":1,"openSecondsTotal":0.5,"capture":{{"a/b":{BINDING}}}',
    "a materialization": '"txnCount":1,"materialize":{"a/b":{"left":{"docsTotal":1}}}',
    "a derivation": '"derive":{"transforms":{"t":{"source":"a/b","input":{}}},"out":{}}',
    "an interval": '"interval":{"uptimeSeconds":180,"usageRate":1}',
    "nothing but a time": '"txnCount":0',
    "a member that is new": '"later":{"any":[1.10,1e400]}',
    "a whole number with a point": '"txnCount":1.0',
}
BAD = {
    "": "is no JSON",
    "[]": "is no JSON object",
    "null": "is no JSON object",
    "{}": "has no ts",
    '{"ts":"2022-11-20"}': "has ts that is no time",
    '{"ts":1}': "has ts that is no text",
    '{"_meta":{"uuid":"x","ack":true}}': "is an acknowledgement",
    '{"_meta":"x","ack":true}': "is an acknowledgement",
    '{"ts":"T","txnCount":-1}': "has txnCount that is no whole number",
    '{"ts":"T","txnCount":1.5}': "has txnCount that is no whole number",
    '{"ts":"T","txnCount":true}': "has txnCount that is no whole number",
    '{"ts":"T","txnCount":"1"}': "has txnCount that is no whole number",
    '{"ts":"T","txnCount":9223372036854775808}': "has txnCount that is no whole number",
    '{"ts":"T","openSecondsTotal":"1"}': "has openSecondsTotal that is no number",
    '{"ts":"T","openSecondsTotal":-1}': "has openSecondsTotal that is no number",
    '{"ts":"T","openSecondsTotal":1e400}': "has openSecondsTotal that is no number",
    '{"ts":"T","openSecondsTotal":NaN}': "holds NaN",
    '{"ts":"T","capture":[]}': "has capture that is no object",
    '{"ts":"T","capture":{"a/b":1}}': "has capture.a/b that is no object",
    '{"ts":"T","capture":{"a/b":{"out":{"docsTotal":"x"}}}}': "has capture.a/b.out.docsTotal that",
    '{"ts":"T","materialize":{"a/b":{"lastSourcePublishedAt":"x"}}}': "that is no time with a zone",
    '{"ts":"T","derive":{"transforms":{"t":{"source":1}}}}': "has derive.transforms.t.source that",
    '{"ts":"T","interval":{}}': "has no interval.uptimeSeconds",
    '{"ts":"T","interval":{"uptimeSeconds":0}}': "has interval.uptimeSeconds below 1",
    '{"ts":"T","txnCount":1,"txnCount":1}': "has txnCount twice",
    '{"ts":"T","shard":{}}': "has no shard.kind",
    '{"ts":"T","shard":"x"}': "has shard that is no object",
    '{"ts":"T"} x': "is no JSON, at sign",
    '{"ts":"T","a":%s}' % ("[" * 9999 + "]" * 9999): "is nested too deeply",
}


@pytest.mark.parametrize("members", GOOD.values(), ids=list(GOOD))
def test_a_document_that_validates_keeps_its_text(members: str) -> None:
    line = f'{{"_meta":{{"uuid":"theirs"}},"ts":"2022-11-20T17:46:37+00:00",{members}}}'
    kept, its_flags = stats_line(line.encode(), SHARD)
    assert kept == f'"shard":{SHARD.json()},"ts":"2022-11-20T17:46:37+00:00",{members}'
    assert its_flags == (OUTSIDE_TXN if "interval" in members else CONTINUE_TXN)


@pytest.mark.parametrize(("line", "reason"), BAD.items())
def test_a_document_that_does_not_validate_is_told_why(line: str, reason: str) -> None:
    with pytest.raises(Invalid) as raised:
        stats_line(line.replace('"T"', '"2022-11-20T17:46:37Z"').encode(), SHARD)
    assert reason in str(raised.value)


def test_a_document_has_its_own_shard_of_the_task() -> None:
    shard = f'{{"kind":"capture","name":"{TASK}","keyBegin":"80000000","rClockBegin":"00000000"}}'
    line = f'{{"ts":"2022-11-20T17:46:37Z","shard":{shard}}}'
    assert stats_line(line.encode(), SHARD)[0] == f'"shard":{shard},"ts":"2022-11-20T17:46:37Z"'
    for other in (shard.replace("my", "your"), shard.replace('"capture"', '"derivation"')):
        with pytest.raises(Invalid, match="is of"):
            stats_line(line.replace(shard, other).encode(), SHARD)
    with pytest.raises(Invalid, match="8 hex digits"):
        stats_line(line.replace("80000000", "8").encode(), SHARD)


def test_bytes_that_are_no_utf8_do_not_validate() -> None:
    with pytest.raises(Invalid, match="at byte 3"):
        stats_line(b'{"\xff":1}', SHARD)


def test_no_temporary_files_stay(tmp_path: Path) -> None:
    with StatsPublisher(tmp_path, SHARD, limits=Limits(size=300)) as publisher:
        for number in range(5):
            publisher.publish_stats(one(number))
    hidden = [name for _, _, names in os.walk(tmp_path) for name in names if name.startswith(".")]
    assert hidden == [".publish"]
