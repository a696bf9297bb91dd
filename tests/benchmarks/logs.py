"""Measure `ops logs` against its peers on the same files, as ratios in one run.

python tests/benchmarks/logs.py [FOLDER]    # makes its data in FOLDER once; wants 6 GB there
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from flowctl_ops.demo import DemoPlan, write
from tests.benchmarks.measuring import (
    FLOOR,
    HEAD,
    OPS,
    PYTHON,
    compiled,
    difference,
    hand_written,
    measure,
    memory,
    row,
)

TASK = "acmeCo/my/capture"

WARNINGS = """
SELECT json FROM read_ndjson_objects('{data}/**/*.gz')
WHERE json->>'level' IN ('error', 'warn') ORDER BY json->>'ts'
"""
EVERYTHING = """
COPY (SELECT json FROM read_ndjson_objects('{data}/**/*.gz') ORDER BY json->>'ts')
TO '{out}' (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER E'\\x01')
"""


def data_below(folder: Path, days: int, tasks: int = 40) -> Path:
    """Make, once, 32,000 logs in 24 fragments a task and day: 2.5 million of 40 in two days."""
    made = folder / f"logs-of-{days}-days{f'-and-{tasks}-tasks' if tasks != 40 else ''}"
    if not (made / "README.txt").exists():
        plan = DemoPlan(
            tasks=tasks,
            days=days,
            rate=1310,
            stats=False,
            oddities=False,
            exports=False,
            flush_hours=(1,),
        )
        summary = write(made, plan)
        print(f"made {summary.logs} logs, {summary.content_bytes / 1e9:.2f} GB of JSON", flush=True)
    return made


def filtered(data: Path, scratch: Path) -> None:
    """Warnings and errors of all tasks."""
    ours = measure(f"{OPS} logs --level warn -o json -d {data} > {scratch}/ours")
    sql = measure(
        hand_written(WARNINGS.format(data=data), scratch, "filtered") + f" > {scratch}/sql"
    )
    row("`--level warn -o json`, all tasks", ours, "hand-written SQL", sql, "≤ 1.3 ×")
    files = f"find {data} -name '*.gz' -print0 | xargs -0"
    select = '\'select(.level == "error" or .level == "warn")\''
    jq = measure(f"{files} zcat | jq -c {select} > {scratch}/jq", 1)
    row("the same", ours, "`zcat \\| jq`", jq, "≤ 0.125 ×")
    if shutil.which("rg"):
        rg = measure(f'rg -zIN \'"level":"(error|warn)"\' {data} > {scratch}/rg')
        row("the same", ours, "`rg -z`", rg, "≤ 0.67 ×")
    same = (scratch / "ours").read_bytes().count(b"\n") == (scratch / "sql").read_bytes().count(
        b"\n"
    )
    print(f"\nSame number of rows as the hand-written SQL: {same}\n", flush=True)


def start_up(data: Path) -> None:
    """What a person waits for before anything is read, and for one task's hour."""
    typer = measure(f"{PYTHON} -c 'import typer'", 9)
    row("`ops --help`", measure(f"{OPS} --help > /dev/null", 9), "`import typer`", typer, "≤ 2.5 ×")
    window = "--since 2026-10-05T12:00:00Z --until 2026-10-05T13:00:00Z"
    imports = measure(FLOOR, 9)
    hour = measure(f"{OPS} logs {TASK} {window} -d {data} > /dev/null", 9)
    difference("one task, one hour", hour, "`import duckdb, typer`", imports, "≤ +0.15 s")
    task = measure(f"{OPS} logs {TASK} -d {data} > /dev/null", 5)
    head = measure(f"{OPS} logs {TASK} -d {data} | head -1 > /dev/null", 5)
    difference("one task, `\\| head -1`", head, "one task, all of it", task, "≤ +0.2 s")


def everything(data: Path, more: Path, scratch: Path) -> None:
    """All logs in order of time, to a file."""
    sql = EVERYTHING.format(data=data, out=scratch / "copy")
    copy = measure(hand_written(sql, scratch, "ordered"))
    (scratch / "copy").unlink()
    for output, target in (("json", "≤ 1.2 ×"), ("text", "≤ 2 ×")):
        ours = measure(f"{OPS} logs -o {output} -d {data} > {scratch}/all")
        row(f"everything, `-o {output}`, to a file", ours, "`COPY (… ORDER BY ts)`", copy, target)
    twice = measure(f"{OPS} logs -o json -d {more} > {scratch}/all", 1)
    memory("everything of twice the data, `-o json`", twice, "≤ 700 MB, as of once the data")
    (scratch / "all").unlink()
    memory("`--tail 100`", measure(f"{OPS} logs --tail 100 -d {data} > /dev/null"), "≤ 300 MB")


def around(once: Path, twice: Path) -> None:
    """Lines around matches, of the newest alone and of all: 330,000 logs, and twice as many."""
    asked = f"{OPS} logs --grep 'shard failed' -C 3"
    newest = measure(f"{asked} -n 100 -d {once} > /dev/null")
    every = measure(f"{asked} -d {once} > /dev/null")
    row("`-C 3 -n 100`, 330,000 logs", newest, "without `-n`", every, "≤ 1.3 ×")
    more = measure(f"{asked} -n 100 -d {twice} > /dev/null")
    row("the same of twice the logs", more, "of once", newest, "≤ 2.5 ×")
    many = measure(f"{OPS} logs -C 3 -n 100000 -d {twice} > /dev/null")
    row("`-C 3 -n 100000` of twice the logs", many, "`-n 100`", more, "≤ 2 ×")


def main() -> None:
    """Print the table of `tests/benchmarks/README.md`."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "build/benchmarks").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    compiled()
    data, more = data_below(folder, 2), data_below(folder, 4)
    with tempfile.TemporaryDirectory(dir=folder) as name:
        scratch = Path(name)
        print(HEAD)
        start_up(data)
        everything(data, more, scratch)
        filtered(data, scratch)
        around(data_below(folder, 1, 10), data_below(folder, 2, 10))


if __name__ == "__main__":
    main()
