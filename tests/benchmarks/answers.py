"""Measure `status`, `explain`, `patterns` and `check` against a scan of the same files, in one run.

python tests/benchmarks/answers.py [FOLDER]    # makes its data in FOLDER once; wants 1 GB there
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from flowctl_ops.demo import DemoPlan, write
from tests.benchmarks.logs import OPS, PYTHON, Run, hand_written, measure

SCAN = """
SELECT json->>'level' AS level, count(*)
FROM read_ndjson_objects(['{data}/ops/*/logs/**/*.gz', '{data}/ops/tasks/*/*/logs/**/*.gz'])
GROUP BY 1
"""
TASK = "dunderCo/paper/source-mysql"


def main() -> None:
    """Measure, and print the table."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.gettempdir()) / "ops-benchmarks"
    data = folder / "answers-of-a-day"
    if not (data / "README.txt").exists():
        plan = DemoPlan(tasks=200, days=1, rate=530, exports=False, oddities=False)
        made = write(data, plan)
        print(f"made {made.logs} logs and {made.stats} stats", file=sys.stderr)
    out = folder / "out"
    asked = f"-q --now 2026-10-06T00:00:00Z -d {data} > {out}"
    scan = measure(f"{hand_written(SCAN.format(data=data), folder, 'scan')} > {out}")
    floor = measure(f"{PYTHON} -c 'import duckdb, typer'", 10)
    status = measure(f"{OPS} status {asked}")
    explain = measure(f"{OPS} explain {TASK} --alone {asked}", 5)
    check = measure(f"{OPS} check --max-failures 99/8h --max-lag 99d {asked}; true")
    everybody = measure(f"{OPS} explain {TASK} --others {asked}")
    patterns = measure(f"{OPS} patterns {asked}")
    print("| what | `ops` | peer | peer's | ratio | target |\n|---|---|---|---|---|---|")
    row("`status`, 200 tasks", status, "a scan of the logs' levels", scan, "≤ 1.3 ×")
    above = f"+{explain.seconds - floor.seconds:.2f} s"
    print(
        f"| `explain` of one task | {text(explain)} | `import duckdb, typer` "
        f"| {floor.seconds:.2f} s | {above} | ≤ +0.3 s |"
    )
    row("`patterns`, 200 tasks", patterns, "a scan of the logs' levels", scan, "≤ 2 ×")
    row("`check`, 200 tasks", check, "a scan of the logs' levels", scan, "")
    row("`explain` with `--others`", everybody, "a scan of the logs' levels", scan, "")


def row(what: str, ours: Run, peer: str, theirs: Run, target: str) -> None:
    """Print a line of the table."""
    ratio = f"{ours.seconds / theirs.seconds:.2f} ×"
    print(f"| {what} | {text(ours)} | {peer} | {theirs.seconds:.2f} s | {ratio} | {target} |")


def text(run: Run) -> str:
    """Write a measurement."""
    return f"{run.seconds:.2f} s, {run.memory:.0f} MB"


if __name__ == "__main__":
    main()
