"""Measure `status`, `explain`, `patterns` and `check` against a scan of the same files, in one run.

python tests/benchmarks/answers.py [FOLDER]    # makes its data in FOLDER once; wants 1 GB there
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from flowctl_ops.demo import DemoPlan, write
from tests.benchmarks.measuring import (
    FLOOR,
    HEAD,
    OPS,
    difference,
    hand_written,
    measure,
    row,
)

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
    floor = measure(FLOOR, 10)
    status = measure(f"{OPS} status {asked}")
    explain = measure(f"{OPS} explain {TASK} --alone {asked}", 5)
    check = measure(f"{OPS} check --max-failures 99/8h --max-lag 99d {asked}; true")
    everybody = measure(f"{OPS} explain {TASK} --others {asked}")
    patterns = measure(f"{OPS} patterns {asked}")
    print(HEAD)
    row("`status`, 200 tasks", status, "a scan of the logs' levels", scan, "≤ 1.3 ×")
    difference("`explain` of one task", explain, "`import duckdb, typer`", floor, "≤ +0.3 s")
    row("`patterns`, 200 tasks", patterns, "a scan of the logs' levels", scan, "≤ 2 ×")
    row("`check`, 200 tasks", check, "a scan of the logs' levels", scan, "")
    row("`explain` with `--others`", everybody, "a scan of the logs' levels", scan, "")


if __name__ == "__main__":
    main()
