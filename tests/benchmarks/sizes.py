"""Measure what is large in one way: long documents, many fragments, a large `-n`.

python tests/benchmarks/sizes.py [FOLDER]    # makes its data in FOLDER once; wants 300 MB there
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import string
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from flowctl_ops.demo import DemoPlan, write
from tests.benchmarks.measuring import HEAD, OPS, hand_written, measure, memory, row

START = datetime(2026, 10, 5, tzinfo=UTC)
TASK = "acmeCo/my/capture"
JOURNAL = "ops/acmeCo/logs/kind=capture/name=acmeCo%2Fmy%2Fcapture/pivot=00"
IN_ORDER = """
SELECT json FROM read_ndjson_objects('{data}/**/*.gz') ORDER BY json->>'ts'
"""
FORMATS = {
    "text": "logs --wide",
    "csv": "logs -o csv",
    "markdown": "logs -o markdown",
    "json": "logs -o json",
    "`sql`, text": "sql 'FROM logs'",
    "`sql`, csv": "sql 'FROM logs' -o csv",
}


def log(number: int, length: int, chance: random.Random) -> bytes:
    """Make a log whose error has so many signs, which compress to a third or so."""
    words = ("".join(chance.choices(string.ascii_lowercase, k=7)) for _ in range(length // 8))
    document = {
        "ts": (START + timedelta(seconds=number)).isoformat().replace("+00:00", "Z"),
        "level": ("info", "warn", "error")[number % 3],
        "message": "a step was done",
        "shard": {"kind": "capture", "name": TASK, "keyBegin": "00000000"},
        "fields": {"error": " ".join(words)},
    }
    return json.dumps(document).encode() + b"\n"


def long_documents(folder: Path, count: int, length: int) -> Path:
    """Make a file of so many logs of so many bytes, once."""
    made = folder / f"{count}-logs-of-{length}-bytes"
    made.mkdir(parents=True, exist_ok=True)
    file = made / "logs.jsonl.gz"
    if not file.exists():
        chance = random.Random(1)
        content = b"".join(log(number, length, chance) for number in range(count))
        file.write_bytes(gzip.compress(content, 1, mtime=0))
    return made


def many_fragments(folder: Path, count: int, logs: int) -> Path:
    """Make a journal of so many fragments of so many logs each, once."""
    made = folder / f"{count}-fragments"
    if made.exists():
        return made
    chance, begin = random.Random(1), 0
    for number in range(count):
        content = b"".join(log(number * logs + nth, 60, chance) for nth in range(logs))
        opened = START + timedelta(seconds=number * logs)
        hour = made / JOURNAL / f"utc_date={opened:%Y-%m-%d}" / f"utc_hour={opened:%H}"
        hour.mkdir(parents=True, exist_ok=True)
        end, digest = begin + len(content), hashlib.sha1(content).hexdigest()
        packed = gzip.compress(content, 1, mtime=0)
        (hour / f"{begin:016x}-{end:016x}-{digest}.gz").write_bytes(packed)
        begin = end
    return made


def main() -> None:
    """Measure, and print the table."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.gettempdir()) / "ops-benchmarks"
    out = folder / "out"
    sets = {
        "1,000 logs of 30 kB": long_documents(folder, 1_000, 30_000),
        "20,000 logs of 5 kB": long_documents(folder, 20_000, 5_000),
        "12,000 fragments of 10 logs": many_fragments(folder, 12_000, 10),
    }
    demo = folder / "demo"
    if not (demo / "README.txt").exists():
        write(demo, DemoPlan())
    print(HEAD)
    for what, data in sets.items():
        sql = hand_written(IN_ORDER.format(data=data), folder, "in_order")
        peer = measure(f"{sql} > {out}")
        for name, command in FORMATS.items():
            ours = measure(f"{OPS} {command} -q --no-pager -d {data} > {out}")
            row(f"{what}, {name}", ours, "`ORDER BY ts` by hand", peer, "")
    for name in ("logs -n 100", "logs -n 100000", "logs -n 100000 -o json"):
        memory(f"`{name}` of the demo", measure(f"{OPS} {name} -q -d {demo} > {out}"), "")


if __name__ == "__main__":
    main()
