"""Files that go away, shrink or are replaced meanwhile are named; neighbours are answered.

A bucket copy that is being synced does that all day.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from tests.cli import NOWHERE, UNSET

TASKS = [f"acmeCo/task-{n:02d}" for n in range(24)]
PER_FILE = 400


def write_journals(root: Path) -> dict[str, list[Path]]:
    """Write two fragments a task, every document of which names its task twice."""
    written: dict[str, list[Path]] = {}
    for task in TASKS:
        journal = root / f"ops/acmeCo/logs/kind=capture/name={task.replace('/', '%2F')}/pivot=00"
        journal.mkdir(parents=True)
        begin = 0
        for part in range(2):
            lines = [
                json.dumps(
                    {
                        "shard": {"kind": "capture", "name": task},
                        "ts": f"2026-10-05T1{part}:{n // 60:02d}:{n % 60:02d}Z",
                        "level": "warn",
                        "message": f"{task} {part} {n}",
                    }
                )
                for n in range(PER_FILE)
            ]
            content = ("\n".join(lines) + "\n").encode()
            end = begin + len(content)
            name = f"{begin:016x}-{end:016x}-{hashlib.sha1(content).hexdigest()}.gz"
            (journal / name).write_bytes(gzip.compress(content))
            written.setdefault(task, []).append(journal / name)
            begin = end
    return written


def disturb(files: list[Path], pick: Random, after: float, how: str) -> None:
    time.sleep(after)
    for file in pick.sample(files, 3):
        if how == "deleted":
            file.unlink()
        elif how == "truncated":
            os.truncate(file, file.stat().st_size // 2)
        else:
            copy = file.with_suffix(".new")
            copy.write_bytes(gzip.compress(b'{"ts":"2026-10-05T10:00:00Z","level":"warn"}\n'))
            copy.replace(file)


@pytest.mark.parametrize("how", ["deleted", "truncated", "replaced"])
@pytest.mark.parametrize("seed", range(6))
def test_what_moves_is_named_and_its_neighbours_answered(
    how: str, seed: int, tmp_path: Path
) -> None:
    written = write_journals(tmp_path)
    files = [file for task in TASKS for file in written[task]]
    pick = Random(seed)  # moments from before the listing to after the reading
    thread = threading.Thread(target=disturb, args=(files, pick, 0.1 + 0.12 * seed, how))
    kept = {name: value for name, value in os.environ.items() if name not in UNSET}
    thread.start()
    done = subprocess.run(
        [sys.executable, "-m", "flowctl_ops", "logs", "-v", "-d", str(tmp_path), "-o", "csv"],
        capture_output=True,
        check=False,
        env=kept | NOWHERE,
        text=True,
    )
    thread.join()
    rows = [line.split(",") for line in done.stdout.splitlines()[1:]]
    assert "Traceback" not in done.stderr
    for _, _, _, task, message, *_ in rows:  # never as another's
        assert message == "" or message.startswith(f"{task} ")
    counts = Counter(row[3] for row in rows)
    short = {task for task in TASKS if counts[task] != 2 * PER_FILE}
    found = re.search(r"files: (\d+) found", done.stderr)
    assert found is not None
    gone_before = len(files) - int(found[1])  # which nobody can know of
    unnamed = [task for task in short if task.replace("/", "%2F") not in done.stderr]
    assert len(unnamed) <= gone_before
    if len(short) > len(unnamed):
        assert done.returncode == 3, done.stderr
    if done.returncode == 3:  # perhaps of a file that changed once its rows were read
        assert "name=acmeCo%2Ftask-" in done.stderr
    else:
        assert done.returncode == 0
