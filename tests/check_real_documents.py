"""Documents that real systems printed: every log once and byte for byte, foreign lines named.

The documents are not part of this project. Run with their path in OPS_REAL_DOCUMENTS.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli import run_ops

REAL = Path(os.environ["OPS_REAL_DOCUMENTS"]).resolve()
# By line: what SOURCES.md beside the documents says each is. A connector's own line (32) with time,
# level and message cannot be told from a log, nor (31) from the logs that Flow prints without time.
LOGS = {1, 2, *range(4, 22), 25, 31, 32}
FOREIGN = {3, 30}


@pytest.fixture(scope="module")
def lines() -> list[bytes]:
    return REAL.read_bytes().splitlines()


def test_every_log_is_printed_once_and_byte_for_byte(lines: list[bytes]) -> None:
    answer = run_ops("logs", "-o", "json", "-d", str(REAL))
    assert sorted(answer.stdout.splitlines()) == sorted(lines[number - 1] for number in LOGS)


def test_foreign_lines_are_named_and_nothing_else_is() -> None:
    answer = run_ops("logs", "-o", "json", "-d", str(REAL))
    assert answer.exit_code == 3
    assert [int(line.split(":")[2]) for line in answer.stderr.splitlines()] == sorted(FOREIGN)


def test_logs_are_found_through_a_pipe_and_beside_themselves(tmp_path: Path) -> None:
    """Documents with a UUID count once when given twice; others are not told from copies."""
    content = REAL.read_bytes()
    piped = run_ops("logs", "-o", "json", "-d", "-", stdin=content)
    assert len(piped.stdout.splitlines()) == len(LOGS)
    (tmp_path / "one.jsonl").write_bytes(content)
    (tmp_path / "two.jsonl").write_bytes(content)
    twice = run_ops("logs", "-o", "json", "-d", str(tmp_path))
    assert len(twice.stdout.splitlines()) == 2 * len(LOGS) - 2


def test_text_output_shows_every_log_on_its_own_line() -> None:
    answer = run_ops("logs", "-d", str(REAL))
    shown = answer.stdout.decode().splitlines()
    assert len([line for line in shown if not line.startswith("    ")]) == len(LOGS)
    assert "binding=1 collection_generation_id=102272023e800296" in answer.stdout.decode()
