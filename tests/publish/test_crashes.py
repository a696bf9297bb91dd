"""Eight publishers to one task, killed at random moments: nothing acknowledged is lost or mixed."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.publish import files
from tests.publish.files import JOURNAL, logs_journal, messages, read

PUBLISHERS = 8

LOGS = """
import sys
from flowctl_ops.publish import Limits, Log, Logs, Shard
data, name = sys.argv[1:]
with Logs(data, Shard("capture", "acmeCo/my/capture"), limits=Limits(size=30_000)) as handler:
    for number in range(100_000):
        handler(Log(f"{name} {number}", fields={"filler": "x" * (number % 97)}))
        print(number, flush=True)
"""
BATCHES = """
import sys
from flowctl_ops.publish import Limits, Logs, Shard
from flowctl_ops.publish.lines import LogReader
data, name = sys.argv[1:]
reader = LogReader()
with Logs(data, Shard("capture", "acmeCo/my/capture"), limits=Limits(size=300_000)) as handler:
    for number in range(0, 1_000_000, 100):
        lines = [f'{{"level":"info","msg":"{name} {n}"}}\\n' for n in range(number, number + 100)]
        handler.publish(reader.feed("".join(lines).encode()))
        print(number + 99, flush=True)
"""
STATS = """
import sys
from flowctl_ops.publish import *
data, name = sys.argv[1:]
shard = Shard("capture", "acmeCo/my/capture")
with StatsPublisher(data, shard, limits=Limits(size=30_000)) as publisher:
    for number in range(100_000):
        with publisher.transaction() as transaction:
            for part in range(2):
                binding = Binding(out=DocsAndBytes(number, part))
                stats = Stats(shard, txn_count=1, capture={f"acmeCo/{name}": binding})
                transaction.publish_stats(stats)
        print(number, flush=True)
"""


def kill_at_random(script: str, data: Path, seed: int) -> dict[str, int]:
    """Run publishers, kill each at its own moment; give the last number each had acknowledged."""
    rng = random.Random(seed)
    running = {}
    acknowledged: dict[str, int] = {}
    for number in range(PUBLISHERS):
        name = f"p{number}"
        with (data.parent / f"{name}.out").open("wb") as out:
            running[name] = subprocess.Popen(
                [sys.executable, "-c", script, str(data), name], stdout=out
            )
    moments = sorted((rng.uniform(0.3, 1.5), name) for name in running)
    begun = time.monotonic()
    for moment, name in moments:
        time.sleep(max(0, begun + moment - time.monotonic()))
        running[name].kill()
        running[name].wait()
        lines = (data.parent / f"{name}.out").read_bytes().split(b"\n")[:-1]
        acknowledged[name] = int(lines[-1]) if lines else -1
    return acknowledged


@pytest.mark.parametrize("script", [LOGS, BATCHES], ids=["one by one", "in batches"])
def test_killed_publishers_lose_no_log_that_was_acknowledged(script: str, tmp_path: Path) -> None:
    data = tmp_path / "data"
    acknowledged = kill_at_random(script, data, 1)
    subprocess.run([sys.executable, "-c", REPAIR, str(data)], check=True)
    got: dict[str, list[int]] = {name: [] for name in acknowledged}
    for message in messages(data):
        name, _, number = message.partition(" ")
        if name in got:
            got[name].append(int(number))
    for name, last in acknowledged.items():
        in_order = sorted(got[name])
        assert in_order == list(range(len(in_order)))  # none twice, none missing
        assert len(in_order) > last
    assert sum(acknowledged.values()) > PUBLISHERS
    for line in files.content(logs_journal(data)).splitlines():
        json.loads(line)


REPAIR = """
import sys
from flowctl_ops.publish import Log, Shard, collection_handler
with collection_handler(sys.argv[1], Shard("capture", "acmeCo/my/capture")) as handler:
    handler(Log("after"))
"""


def test_killed_publishers_commit_whole_transactions_only(tmp_path: Path) -> None:
    data = tmp_path / "data"
    acknowledged = kill_at_random(STATS, data, 2)
    asked = "SELECT collection, out_docs, count(*) AS parts FROM bindings GROUP BY ALL"
    rows: list[dict[str, Any]] = read(data, "sql", asked, "--json", complete=False)
    assert {row["parts"] for row in rows} == {2}
    for name, last in acknowledged.items():
        numbers = sorted(
            int(row["out_docs"]) for row in rows if row["collection"] == f"acmeCo/{name}"
        )
        assert numbers == list(range(len(numbers)))
        assert len(numbers) > last
    assert (data / JOURNAL.format("stats")).is_dir()
