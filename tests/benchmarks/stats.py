"""Measure `ops stats` against its peers on the same files, as ratios in one run.

python tests/benchmarks/stats.py [FOLDER]    # makes its data in FOLDER once; wants 1 GB there
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))


from flowctl_ops.demo import DemoPlan, write
from tests.benchmarks.logs import OPS, PYTHON, Run, measure

HAND_WRITTEN = """
import duckdb
from pathlib import Path
connection = duckdb.connect()
connection.execute("SET TimeZone = 'UTC'; SET preserve_insertion_order = false")
connection.execute("SET VARIABLE data = $data", {{"data": "{data}/**/*.gz"}})
connection.execute(Path("{sql}").read_text())
"""
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
    script = folder / "hand-written.py"
    sql = Path(__file__).with_name("daily.sql")
    script.write_text(HAND_WRITTEN.format(data=data, sql=sql))
    hand = measure(f"cd {folder} && {PYTHON} {script}")
    daily = measure(f"{OPS} stats -q --grain daily -d {data} > {out}")
    as_json = measure(f"{OPS} stats -q --grain daily --json -d {data} > {out}", 1)
    totals = measure(f"{OPS} stats -q -d {data} > {out}")
    floor = measure(f"{PYTHON} -c 'import duckdb, typer'", 10)
    window = "--since 2027-03-01 --until 2027-03-02"
    one = measure(f"{OPS} stats -q acmeCo/my/capture {window} -d {data} > {out}", 10)
    part = f"find -L {data} -path '**name={PART}*' -name '*.gz'"
    recipe = measure(f"{part} | xargs zcat | jq -rs '{RECIPE}' > {out}", 1)
    ours = measure(f"{OPS} stats -q initech/ --grain daily -d {data} > {out}")
    print("| what | `ops` | peer | peer's | ratio | target |\n|---|---|---|---|---|---|")
    row("`stats --grain daily`", daily, "hand-written aggregation", hand, "≤ 1.5 ×")
    row("the same with `--json`, `taskStats` too", as_json, "the same", hand, "")
    row("`stats`, totals and sparklines", totals, "the same", hand, "")
    row("`stats --grain daily` of one tenant", ours, "`jq -s`", recipe, "≤ 0.05 ×")
    print(
        f"| one task, one day | {text(one)} | `import duckdb, typer` | {floor.seconds:.2f} s "
        f"| +{one.seconds - floor.seconds:.2f} s | ≤ +0.2 s |"
    )


def row(what: str, ours: Run, peer: str, theirs: Run, target: str) -> None:
    """Print a line of the table."""
    ratio = f"{ours.seconds / theirs.seconds:.2f} ×"
    print(f"| {what} | {text(ours)} | {peer} | {theirs.seconds:.2f} s | {ratio} | {target} |")


def text(run: Run) -> str:
    """Write a measurement."""
    return f"{run.seconds:.2f} s, {run.memory:.0f} MB"


if __name__ == "__main__":
    main()
