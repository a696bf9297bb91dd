"""What all benchmarks share: programs that are run, what they took, and a row that says so."""

from __future__ import annotations

import compileall
import os
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import flowctl_ops

ROUNDS = 3
MEMORY_LIMIT = "384MB"  # what `ops` allows itself on two cores
PYTHON = shlex.quote(sys.executable)
OPS = f"{PYTHON} -m flowctl_ops"
FLOOR = f"{PYTHON} -c 'import duckdb, typer'"
HEAD = "| what | `ops` | peer | peer's | ratio | target |\n|---|---|---|---|---|---|"
HAND_WRITTEN = """
import duckdb, sys
connection = duckdb.connect()
connection.execute("SET memory_limit = '{limit}'; SET temp_directory = '{spill}'")
rows = connection.execute('''{sql}''')
while batch := rows.fetchmany(2048):
    sys.stdout.write("\\n".join([str(row[0]) for row in batch]) + "\\n")
"""
BY_DAY = """
import duckdb
from pathlib import Path
connection = duckdb.connect()
connection.execute("SET TimeZone = 'UTC'; SET preserve_insertion_order = false")
connection.execute("SET VARIABLE data = $data", {{"data": "{data}"}})
connection.execute(Path("{sql}").read_text())
"""


@dataclass(frozen=True)
class Run:
    """Seconds of the wall and of processors, and the largest memory of one process in MB."""

    seconds: float
    cpu: float
    memory: float

    def __str__(self) -> str:
        return f"{self.seconds:.2f} s, {self.memory:.0f} MB"


def once(command: str | list[str], *, silent: bool = False) -> Run:
    """Run a shell command, or a program; children of children count as well.

    Linux counts the memory that this process has when it starts them: who measures stays small.
    """
    out = subprocess.DEVNULL if silent else None
    words = ["/bin/bash", "-c", command] if isinstance(command, str) else command
    begin = perf_counter()
    with subprocess.Popen(words, stdout=out, stderr=out) as process:
        _, status, usage = os.wait4(process.pid, 0)
        seconds = perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command} failed")
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def measure(command: str | list[str], rounds: int = ROUNDS) -> Run:
    """Run a command some times: the best times, the largest memory."""
    runs = [once(command) for _ in range(rounds)]
    least = min(run.seconds for run in runs), min(run.cpu for run in runs)
    return Run(*least, max(run.memory for run in runs))


def hand_written(sql: str, folder: Path, name: str) -> str:
    """Make a Python command of SQL that a person would write."""
    script = folder / f"{name}.py"
    script.write_text(HAND_WRITTEN.format(sql=sql, limit=MEMORY_LIMIT, spill=folder / "spill"))
    return f"{PYTHON} {script}"


def hand_written_days(files: str, folder: Path, name: str = "daily") -> str:
    """Make a Python command of the sums by day that a person would write."""
    script, sql = folder / f"{name}.py", Path(__file__).with_name("daily.sql")
    script.write_text(BY_DAY.format(data=files, sql=sql))
    return f"cd {folder} && {PYTHON} {script}"


def compiled() -> None:
    """Compile our modules, as pip does; an editable install may run uncompiled."""
    for package in flowctl_ops.__path__:
        compileall.compile_dir(package, quiet=1)


def row(what: str, ours: Run, peer: str, theirs: Run, target: str = "") -> None:
    """Print one row of the table."""
    ratio = f"{ours.seconds / theirs.seconds:.2f} ×"
    line(what, ours, peer, f"{theirs.seconds:.2f} s", ratio, target)


def difference(what: str, ours: Run, peer: str, theirs: Run, target: str) -> None:
    """Print one row that tells a difference in seconds."""
    more = f"{ours.seconds - theirs.seconds:+.2f} s"
    line(what, ours, peer, f"{theirs.seconds:.2f} s", more, target)


def memory(what: str, ours: Run, target: str) -> None:
    """Print one row about memory alone."""
    line(what, ours, "", "", "", target)


def line(*cells: object) -> None:
    """Print a line of a table at once."""
    print(f"| {' | '.join(map(str, cells))} |", flush=True)
