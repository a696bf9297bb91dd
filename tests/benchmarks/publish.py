"""Measure `ops publish` and the library behind it, beside peers, in one run.

python tests/benchmarks/publish.py [FOLDER]    # makes its lines in FOLDER once; wants 4 GB there

Times are of processors, not of the wall: what one core takes that does nothing else.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks.measuring import HEAD, OPS, PYTHON, Run, compiled, measure

LINES = 1_000_000
OF = "publish --task acmeCo/my/capture --kind capture --level trace"
LOGGING = """
import logging, sys, time
from flowctl_ops.publish import LoggingHandler, Shard, collection_handler

def cost(handler, records=30_000):
    logger = logging.Logger("acme.source")
    logger.addHandler(handler)
    begin = time.process_time()
    for number in range(records):
        logger.info("batch %d of %s", number, "orders", extra={"rows": number, "table": "orders"})
    return (time.process_time() - begin) / records * 1e6

ours, files = [], []
for _ in range(5):
    files.append(cost(logging.FileHandler(sys.argv[1] + "/python.log")))
    with collection_handler(sys.argv[1], Shard("capture", "acmeCo/my/capture")) as handler:
        ours.append(cost(LoggingHandler(handler)))
print(min(ours), min(files))
"""


def main() -> None:
    """Measure, and print the table."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.gettempdir()) / "ops-benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    compiled()
    lines = made_lines(folder / "connector.jsonl")
    data = folder / "published"
    print(HEAD)
    pipe(lines, data)
    library(folder)
    start_up()
    latency(data)
    shutil.rmtree(data, ignore_errors=True)


def made_lines(path: Path) -> Path:
    """Make a million lines, once: half of them as Go's connectors write, half as Python's."""
    if path.exists():
        return path
    rng = random.Random(7)
    with path.open("w") as file:
        for number in range(LINES):
            second, level = number % 60, rng.choice(["info", "warning", "debug"])
            go = {
                "level": level,
                "msg": f"processed batch {number}",
                "time": f"2026-11-25T04:37:{second:02d}Z",
                "module": "source/replication",
                "rows": number,
                "seconds": 0.25,
                "binding": "acmeCo/orders",
            }
            python = {
                "ts": f"2026-11-25T04:37:{second:02d}.{number % 1000:03d}Z",
                "level": "info",
                "message": f"processed batch {number}",
                "fields": {"source": "acme.source", "rows": number, "table": "orders", "ok": True},
            }
            file.write(json.dumps(go if number % 2 else python, separators=(",", ":")) + "\n")
    return path


def pipe(lines: Path, data: Path) -> None:
    """A million lines and ten from a pipe into the collection."""
    empty = f"rm -rf {data};"
    quiet = measure(f"{empty} cat {lines} | {OPS} {OF} -q -d {data}")
    echo = measure(f"{empty} cat {lines} | {OPS} {OF} -d {data} 2> {data}.echo")
    Path(f"{data}.echo").unlink()
    jq = measure(f"cat {lines} | jq -c . > /dev/null")
    cat = measure(f"cat {lines} | cat > {data}.cat")
    Path(f"{data}.cat").unlink()
    row("a million lines, `-q`", quiet, "`jq -c .`", jq)
    row("the same", quiet, "`cat`", cat, "")
    row("a million lines, echoed", echo, "`jq -c .`", jq, "")
    many = " ".join([str(lines)] * 10)
    ten = measure(f"{empty} cat {many} | {OPS} {OF} -q -d {data}", 1)
    print(
        f"| ten million lines, `-q` | {ten.cpu:.1f} s, {ten.memory:.0f} MB | a million | "
        f"{quiet.memory:.0f} MB | {ten.memory / quiet.memory:.2f} × memory | flat |",
        flush=True,
    )


def row(what: str, ours: Run, peer: str, theirs: Run, target: str = "≥ 100,000 lines/s") -> None:
    """Print a line of the table: lines a second, and the time beside a peer's."""
    print(
        f"| {what} | {ours.cpu:.2f} s, {LINES / ours.cpu:,.0f} lines/s, "
        f"{ours.memory:.0f} MB | {peer} | {theirs.cpu:.2f} s "
        f"| {ours.cpu / theirs.cpu:.2f} × | {target} |",
        flush=True,
    )


def library(folder: Path) -> None:
    """A record of Python's logging."""
    done = subprocess.run(
        [sys.executable, "-c", LOGGING, str(folder)], check=True, capture_output=True, text=True
    )
    ours, theirs = map(float, done.stdout.split())
    shutil.rmtree(folder / "ops")
    (folder / "python.log").unlink()
    print(
        f"| a record of `logging` | {ours:.1f} µs | `FileHandler` | {theirs:.1f} µs "
        f"| {ours / theirs:.2f} × | ≤ 3 × |",
        flush=True,
    )


def start_up() -> None:
    """The import of the library."""
    ours = measure(f"{PYTHON} -c 'import flowctl_ops.publish'", rounds=25).cpu
    python = measure(f"{PYTHON} -c pass", rounds=25).cpu
    print(
        f"| `import flowctl_ops.publish` | {ours * 1000:.0f} ms | `python -c pass` "
        f"| {python * 1000:.0f} ms | +{(ours - python) * 1000:.0f} ms | ≤ +30 ms |",
        flush=True,
    )


def latency(data: Path) -> None:
    """How long after a line is written to the pipe its document is in the journal, when quiet."""
    shutil.rmtree(data, ignore_errors=True)
    command = f"exec {OPS} {OF} -q -d {data}"
    for what, text in (("JSON", b'{"level":"info","msg":"hi"}\n'), ("raw", b"plain text\n")):
        with subprocess.Popen(command, shell=True, stdin=subprocess.PIPE, bufsize=0) as process:
            assert process.stdin
            waits = []
            for number in range(100):
                size = written(data)
                begin = time.perf_counter()
                process.stdin.write(text)
                while written(data) == size:
                    time.sleep(0.0002)
                waits.append((time.perf_counter() - begin) * 1000)
                time.sleep(0.02 if number else 0.5)
        waits = sorted(waits[1:])
        print(
            f"| a {what} line until it can be read | {median(waits):.1f} ms, at most "
            f"{waits[-1]:.1f} ms | | | | < 50 ms |",
            flush=True,
        )


def written(data: Path) -> int:
    """Give the size of the open fragments."""
    return sum(path.stat().st_size for path in data.rglob("*.raw"))


if __name__ == "__main__":
    main()
