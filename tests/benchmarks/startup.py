"""Measure what a small question costs before it reads anything, as ratios in one run.

python tests/benchmarks/startup.py
"""

from __future__ import annotations

import compileall
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import flowctl_ops
from flowctl_ops.demo import DemoPlan, write

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


def cpu_ms(code: str, args: list[str]) -> float:
    """Run a program once and give the CPU time that it took, which other programs disturb least."""
    with subprocess.Popen(
        [sys.executable, "-c", code, *args], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{code} {args} failed")
    return 1000 * (usage.ru_utime + usage.ru_stime)


def best(programs: dict[str, tuple[str, list[str]]]) -> dict[str, float]:
    """Run programs in turns, and give the least time of each."""
    times: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(ROUNDS):
        for name, (code, args) in programs.items():
            times[name].append(cpu_ms(code, args))
    return {name: min(values) for name, values in times.items()}


def main() -> None:
    """Print the tables."""
    compileall.compile_dir(Path(flowctl_ops.__file__).parent, quiet=1)
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
