"""Measure `ops stats` against its peers on the same files, as ratios in one run.

python tests/benchmarks/stats.py [FOLDER]    # makes its data in FOLDER once; wants 1 GB there
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
    hand_written_days,
    measure,
    row,
)

RECIPE = (
    "[.[] | select(.shard != null)] | group_by([.shard.name, .ts[0:10]])[] | "
    "[.[0].shard.name, .[0].ts[0:10], (map(.txnCount // 0) | add), "
    "(map([(.capture // {})[].out.bytesTotal // 0] | add // 0) | add)] | @csv"
)
PART = "initech%2F"  # what jq can hold in memory


def main() -> None:
    """Measure, and print the table."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.gettempdir()) / "ops-benchmarks"
    data = folder / "stats-of-a-year"
    if not data.exists():
        plan = DemoPlan(
            tasks=200,
            days=365,
            stats_every_s=5400,
            logs=False,
            oddities=False,
            exports=False,
            flush_hours=(168,),
        )
        made = write(data, plan)
        print(f"made {made.stats} stats in {made.files} files", file=sys.stderr)
    out = folder / "out"
    hand = measure(hand_written_days(f"{data}/**/*.gz", folder))
    daily = measure(f"{OPS} stats -q --grain daily -d {data} > {out}")
    as_json = measure(f"{OPS} stats -q --grain daily --json -d {data} > {out}", 1)
    totals = measure(f"{OPS} stats -q -d {data} > {out}")
    floor = measure(FLOOR, 10)
    window = "--since 2027-03-01 --until 2027-03-02"
    one = measure(f"{OPS} stats -q acmeCo/my/capture {window} -d {data} > {out}", 10)
    part = f"find -L {data} -path '**name={PART}*' -name '*.gz'"
    recipe = measure(f"{part} | xargs zcat | jq -rs '{RECIPE}' > {out}", 1)
    ours = measure(f"{OPS} stats -q initech/ --grain daily -d {data} > {out}")
    print(HEAD)
    row("`stats --grain daily`", daily, "hand-written aggregation", hand, "≤ 1.5 ×")
    row("the same with `--json`, `taskStats` too", as_json, "the same", hand, "")
    row("`stats`, totals and sparklines", totals, "the same", hand, "")
    row("`stats --grain daily` of one tenant", ours, "`jq -s`", recipe, "≤ 0.05 ×")
    difference("one task, one day", one, "`import duckdb, typer`", floor, "≤ +0.2 s")


if __name__ == "__main__":
    main()
