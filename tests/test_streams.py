"""Streams that are closed, full or gone, and signals: the exit code is what the answer came to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli import NOWHERE, UNSET

PATIENCE = 60  # seconds until what should happen is given up
OPS = (sys.executable, "-m", "flowctl_ops")
LOG = (
    '{"shard":{"kind":"capture","name":"acmeCo/a"},"ts":"2026-10-05T10:00:00Z",'
    '"level":"info","message":"hi"}\n'
)
FULL = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has a full device")


@pytest.fixture
def folder(tmp_path: Path) -> str:
    (tmp_path / "x.jsonl").write_text(LOG)
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad/x.jsonl").write_text(LOG + "no JSON\n")
    return str(tmp_path)


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in UNSET} | NOWHERE


def in_shell(line: str, args: Sequence[str], folder: str) -> subprocess.CompletedProcess[bytes]:
    """Run a line of shell, in which `ops` is the command with its arguments."""
    return subprocess.run(
        ["/bin/sh", "-c", line.replace("ops", '"$@"'), "sh", *OPS, *args],
        capture_output=True,
        check=False,
        cwd=folder,
        env=environment(),
        timeout=PATIENCE,
    )


ANSWER = ["logs", "--data", "x.jsonl", "-v"]
LOSSY = ["logs", "--data", "bad"]
COMMANDS: dict[str, tuple[list[str], int]] = {
    "an answer": (ANSWER, 0),
    "an answer with something lost": (LOSSY, 3),
    "no data": (["logs", "--data", "nowhere"], 3),
    "a bad value": (["logs", "--data", "x.jsonl", "--since", "someday"], 2),
    "no such option": (["logs", "--bogus"], 2),
    "no such command": (["bogus"], 2),
    "nothing found": (["logs", "--data", "x.jsonl", "-l", "error", "--exit-code"], 1),
    "help": (["--help"], 0),
    "a table": (["sql", "--data", "x.jsonl", "FROM logs"], 0),
}
commands = pytest.mark.parametrize(("args", "code"), COMMANDS.values(), ids=list(COMMANDS))


@commands
@pytest.mark.parametrize(
    "line", ["ops 2>&-", pytest.param("ops 2>/dev/full", marks=FULL), "ops <&- 2>&-"]
)
def test_stderr_that_takes_nothing_changes_neither_answer_nor_exit_code(
    line: str, args: list[str], code: int, folder: str
) -> None:
    usual = in_shell("ops", args, folder)
    done = in_shell(line, args, folder)
    assert (done.stdout, done.returncode) == (usual.stdout, usual.returncode)
    assert usual.returncode == code
    assert done.stderr == b""


@pytest.mark.parametrize(("line", "reason"), [("ops >&-", "bad file descriptor")])
@pytest.mark.parametrize("args", [ANSWER, ["--help"], ["--version"], [*ANSWER, "--print-sql"]])
def test_a_closed_stdout_is_named(line: str, reason: str, args: list[str], folder: str) -> None:
    done = in_shell(line, args, folder)
    said, hint = done.stderr.decode().splitlines()
    assert said == f"ops: error: the answer could not be written: {reason}"
    assert hint.startswith("ops: hint: ")
    assert done.returncode == 3


@FULL
@pytest.mark.parametrize("line", ["ops >/dev/full", "ops >/dev/full 2>/dev/full", "ops >&- 2>&-"])
@pytest.mark.parametrize("output", ["text", "json", "csv", "markdown"])
def test_an_answer_that_cannot_be_written_is_a_3(line: str, output: str, folder: str) -> None:
    done = in_shell(line, [*ANSWER, "-o", output], folder)
    assert b"Traceback" not in done.stderr
    assert done.returncode == 3


def test_what_is_closed_is_not_taken_by_the_next_file(folder: str) -> None:
    """Else what goes to stderr would be written into it."""
    done = in_shell("ops 2>&- <&-; wc -c x.jsonl bad/x.jsonl", LOSSY, folder)
    assert str(2 * len(LOG) + len("no JSON\n")).encode() in done.stdout


@pytest.mark.parametrize("line", ["ops | true", "ops 2>&1 | true", "ops | head -c 1"])
@pytest.mark.parametrize("args", [ANSWER, LOSSY, ["logs", "--bogus"], ["--help"]])
def test_a_reader_that_is_gone_leaves_no_traceback(line: str, args: list[str], folder: str) -> None:
    done = in_shell(f"{line}; exit 0", args, folder)
    assert b"Traceback" not in done.stderr
    assert b"BrokenPipe" not in done.stderr


def test_letters_that_a_locale_does_not_know_are_printed_all_the_same(folder: str) -> None:
    line = "PYTHONIOENCODING=ascii PYTHONUTF8=0 LC_ALL=C PYTHONCOERCECLOCALE=0 ops"
    done = in_shell(line, ["sql", "--data", "x.jsonl", "SELECT chr(233) AS e"], folder)
    assert done.stdout.decode() == "e\né\n"
    done = in_shell(line, ["logs", "--data", "x.jsonl", "é"], folder)
    assert b"Traceback" not in done.stderr
    assert done.returncode == 2


@pytest.mark.parametrize("folder_for_files", ["/proc", "/dev/null", "/nowhere"])
def test_without_a_folder_for_temporary_files_another_is_taken(
    folder_for_files: str, folder: str
) -> None:
    done = in_shell(f"TMPDIR={folder_for_files} ops", ANSWER, folder)
    assert done.returncode == 0


def test_a_current_folder_that_is_gone_is_named(folder: str) -> None:
    done = in_shell("mkdir gone; cd gone; rmdir ../gone; ops", ["logs"], folder)
    assert b"Traceback" not in done.stderr
    assert b"ops: error: " in done.stderr
    assert done.returncode == 3


def test_nohup_keeps_a_command_alive(folder: str) -> None:
    """It ignores SIGHUP and so do we."""
    with subprocess.Popen(
        ["/bin/sh", "-c", 'trap "" HUP; exec "$@"', "sh", *OPS, "logs", "--data", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=folder,
        env=environment(),
    ) as process:
        assert process.stdin is not None
        process.stdin.write(LOG.encode())
        process.stdin.flush()
        time.sleep(1)
        process.send_signal(signal.SIGHUP)
        assert process.communicate(timeout=PATIENCE)[0].startswith(b"2026")
        assert process.returncode == 0


def has_begun(folder: Path) -> bool:
    return any(folder.rglob("*.gz")) or any(folder.rglob("*.tmp"))


@pytest.mark.parametrize(
    ("signals", "code"),
    [
        ([signal.SIGINT], 130),
        ([signal.SIGINT] * 3, 130),
        ([signal.SIGTERM], 143),
        ([signal.SIGINT, signal.SIGTERM], 130),
        ([signal.SIGKILL], -9),
    ],
    ids=str,
)
def test_no_worker_of_the_demo_outlives_it(
    signals: list[signal.Signals], code: int, tmp_path: Path
) -> None:
    """Workers hold stderr open: its end is theirs. A terminal's Ctrl-C reaches them, too."""
    made = tmp_path / "demo"
    with subprocess.Popen(
        [*OPS, "demo", str(made), "--rate", "3000", "--days", "60"],
        stderr=subprocess.PIPE,
        start_new_session=True,
        env=environment(),
    ) as process:
        deadline = time.monotonic() + PATIENCE
        while not has_begun(made) and time.monotonic() < deadline:
            time.sleep(0.05)
        for number in signals:
            send = os.killpg if number == signal.SIGINT else os.kill
            send(process.pid, number)
            time.sleep(0.02)
        assert process.wait(PATIENCE) == code
        assert process.stderr is not None
        said = process.stderr.read().decode()
        assert "Traceback" not in said
        assert said == "" or code == -9  # the tracker of Python's own says what a kill left
