"""Measure what a small question costs before it reads anything, as ratios in one run.

python tests/benchmarks/startup.py
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from flowctl_ops.demo import DemoPlan, write
from tests.benchmarks.measuring import compiled, once

ROUNDS = 15
RUN = """
import sys
from flowctl_ops import cli
{change}
cli.app_for(sys.argv[1:])()
"""
CHANGES = {
    "as it is": "",
    "options read by pydantic": "cli.quicken = lambda parameters: parameters",
    "`duckdb` imported whole": "import duckdb",
    "both": "cli.quicken = lambda parameters: parameters; import duckdb",
}
FLOORS = {
    "an empty program": "pass",
    "`import typer`": "import typer",
    "`import typer, _duckdb`, connected": "import typer, _duckdb; _duckdb.connect()",
    "`import typer, duckdb`, connected": "import typer, duckdb; duckdb.connect()",
}
HOUR = ("--since", "2026-10-08T10:00Z", "--until", "2026-10-08T11:00Z")
QUESTIONS = {
    "`ops logs --help`": ["logs", "--help"],
    "one line": ["logs", "--data", "{data}/one.jsonl"],
    "one task, one hour": ["logs", "acmeCo/my/capture", "--data", "{data}/demo", *HOUR],
}
LOG = (
    '{"shard":{"kind":"capture","name":"acmeCo/a"},"ts":"2026-10-05T10:00:00Z",'
    '"level":"info","message":"hi"}\n'
)


def best(programs: dict[str, tuple[str, list[str]]]) -> dict[str, float]:
    """Run programs in turns, and give the least CPU time of each, in ms."""
    times: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(ROUNDS):
        for name, (code, args) in programs.items():
            run = once([sys.executable, "-c", code, *args], silent=True)
            times[name].append(1000 * run.cpu)
    return {name: min(values) for name, values in times.items()}


def main() -> None:
    """Print the tables."""
    compiled()
    with tempfile.TemporaryDirectory() as data:
        Path(data, "one.jsonl").write_text(LOG)
        write(Path(data, "demo"), DemoPlan())
        for name, ms in best({name: (code, []) for name, code in FLOORS.items()}).items():
            print(f"| {name} | {ms:.0f} ms |")
        for question, args in QUESTIONS.items():
            words = [word.format(data=data) for word in args]
            programs = {
                name: (RUN.format(change=change), words) for name, change in CHANGES.items()
            }
            found = best(programs)
            usual = found["as it is"]
            cells = [f"{ms:.0f} ms, {ms / usual:.2f} ×" for ms in found.values()]
            print(f"| {question} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
