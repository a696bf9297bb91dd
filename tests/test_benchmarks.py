"""The table of `tests/benchmarks/run` has every row, and something in every cell."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.rows import ROWS
from tests.benchmarks.table import COLUMNS
from tests.cli import NOWHERE, UNSET

RUN = Path(__file__).parent / "benchmarks" / "run"


def test_every_row_is_measured_small(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if name not in UNSET}
    command = [sys.executable, str(RUN), str(tmp_path), "--small"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=kept | NOWHERE)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert str(tmp_path) not in done.stdout  # the table is made to be published
    lines = [line for line in done.stdout.splitlines() if line.startswith("|")]
    cells = [re.split(r" (?<!\\)\| ", line[2:-2]) for line in lines]
    assert cells[0] == list(COLUMNS)
    assert [row[0] for row in cells[2:-2]] == [row.what for row in ROWS]
    assert [row[0].split()[0] for row in cells[-2:]] == ["size,", "size,"]
    for row in cells:
        assert len(row) == len(COLUMNS), row
        assert all(cell.strip() for cell in row), row
