"""Measure `ops logs --follow`: until a line is printed, and what following costs that does nothing.

python tests/benchmarks/follow.py [FOLDER]    # makes its files in FOLDER

Latency is of the wall, from the write to the line; idle cost is of processors.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import random
import shlex
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks.measuring import OPS

FILES = 2000
LINES = 20
IDLE_SECONDS = 30
BUSY_SECONDS = 60
JOURNAL = "ops/acmeCo/logs/kind=capture/name=acmeCo%2F{}/pivot=00"
HOUR = "utc_date=2026-10-{:02d}/utc_hour={:02d}"


def line(number: int) -> bytes:
    """Write a log as a connector's would look."""
    shard = {"kind": "capture", "name": "acmeCo/a", "keyBegin": "00000000"}
    ts = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    log = {"shard": shard, "ts": ts, "level": "info", "message": f"number {number}"}
    return json.dumps(log).encode() + b"\n"


def put_fragment(folder: Path, begin: int, text: bytes) -> int:
    """Write a closed fragment as a copy tool does, and give where it ends."""
    folder.mkdir(parents=True, exist_ok=True)
    end = begin + len(text)
    digest = hashlib.sha1(text, usedforsecurity=False).hexdigest()
    draft = folder / ".draft"
    draft.write_bytes(gzip.compress(text))
    draft.rename(folder / f"{begin:016x}-{end:016x}-{digest}.gz")
    return end


def fragments(folder: Path) -> None:
    """Make the fragments of twenty tasks, one for each of a hundred hours."""
    for task in range(20):
        begin = 0
        for hour in range(FILES // 20):
            below = folder / JOURNAL.format(task) / HOUR.format(1 + hour // 24, hour % 24)
            begin = put_fragment(below, begin, line(hour))


def plain(folder: Path) -> None:
    """Make files of JSON lines, each of which may grow."""
    for number in range(FILES):
        (folder / f"{number}.jsonl").write_bytes(line(number))


class Run:
    """A command that follows, and what it has cost so far."""

    def __init__(self, data: Path) -> None:
        command = [*shlex.split(OPS), "logs", "-f", "-n", "1", "-q", "-d", str(data)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE)
        self.read()

    def read(self) -> bytes:
        """Wait for a line."""
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    @property
    def seconds(self) -> float:
        """Processor time so far."""
        times = Path(f"/proc/{self.process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def memory(self) -> float:
        """Memory now, in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def end(self) -> None:
        """Press Ctrl-C."""
        self.process.send_signal(2)
        self.process.wait()


def latency(run: Run, write: Callable[[int], object]) -> str:
    """Write lines at random moments, and measure until each is printed."""
    found = []
    for number in range(LINES):
        time.sleep(1 + random.random())
        begin = time.perf_counter()
        write(number)
        run.read()
        found.append(time.perf_counter() - begin)
    return f"{median(found):.2f} s, at most {max(found):.2f} s"


def idle(run: Run) -> str:
    """Measure what it takes while nothing happens."""
    time.sleep(5)
    before = run.seconds
    time.sleep(IDLE_SECONDS)
    return f"{(run.seconds - before) / IDLE_SECONDS * 100:.2f} % of a core, {run.memory:.0f} MB"


def busy(run: Run, path: Path) -> str:
    """Append a hundred lines each tenth of a second; tell the cost, and the growth of memory."""
    drain = threading.Thread(target=lambda: list(iter(run.read, b"")), daemon=True)
    drain.start()
    memory = []
    before = run.seconds
    for _ in range(2):
        for _ in range(BUSY_SECONDS * 5):
            append(path, b"".join(map(line, range(100))))
            time.sleep(0.1)
        memory.append(run.memory)
    used = (run.seconds - before) / BUSY_SECONDS * 100
    return f"{used:.0f} % of a core, {memory[0]:.0f} MB, then {memory[1]:.0f} MB"


def append(path: Path, text: bytes) -> None:
    """Append to a file at once."""
    with path.open("ab") as stream:
        stream.write(text)


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if sys.argv[1:] else None) as folder:
        data = {name: Path(folder, name) for name in ("fragments", "plain", "few")}
        for path in data.values():
            path.mkdir()
        fragments(data["fragments"])
        plain(data["plain"])
        (data["few"] / "x.jsonl").write_bytes(line(0))
        time.sleep(6)  # until nothing looks as if it were being written
        print("| what | measured | target |\n|---|---|---|")
        run = Run(data["fragments"])
        print(f"| idle, {FILES} fragments | {idle(run)} | < 1 % |", flush=True)
        place = data["fragments"] / JOURNAL.format("new")
        ends = [0]

        def put(number: int) -> None:
            below = place / HOUR.format(28, number)
            ends.append(put_fragment(below, ends[-1], line(number)))

        print(f"| a fragment among {FILES} | {latency(run, put)} | < 1 s |", flush=True)
        run.end()
        run = Run(data["plain"])
        print(f"| idle, {FILES} plain files | {idle(run)} | < 1 % |", flush=True)
        shown = latency(run, lambda n: append(data["plain"] / f"{n}.jsonl", line(n)))
        print(f"| a line of one of {FILES} plain files | {shown} | < 1 s |", flush=True)
        run.end()
        run = Run(data["few"])
        print(f"| idle, one file | {idle(run)} | < 1 % |", flush=True)
        shown = latency(run, lambda n: append(data["few"] / "x.jsonl", line(n)))
        print(f"| a line of one file | {shown} | < 1 s |", flush=True)
        print(f"| 1,000 lines a second | {busy(run, data['few'] / 'x.jsonl')} | memory flat |")
        run.end()


if __name__ == "__main__":
    main()
