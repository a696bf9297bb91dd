"""Real pipes and real terminals: who reads, who leaves early, who presses Ctrl-C."""

from __future__ import annotations

import fcntl
import gzip
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pytest

from tests.cli import NOWHERE, UNSET, run_ops, run_ops_process

PATIENCE = 30  # seconds until what should happen is given up
MANY = 20_000  # lines of about 200 bytes: more than any pipe holds back
FIRST = "2026-10-05T10:00:00.000Z info  0"
INTERRUPT = b"\x03"
ON_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # so that Ctrl-C on it reaches what runs on it
os.execv(sys.executable, [sys.executable, "-m", "flowctl_ops", *sys.argv[1:]])
"""


def lines(count: int) -> bytes:
    shard = {"kind": "capture", "name": "acmeCo/a", "keyBegin": "00000000"}
    return b"".join(
        json.dumps(
            {
                "shard": shard,
                "ts": f"2026-10-05T10:{n // 60 % 60:02d}:{n % 60:02d}Z",
                "level": "info",
                "message": str(n),
                "fields": {"padding": "x" * 60},
            }
        ).encode()
        + b"\n"
        for n in range(count)
    )


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give a folder of three logs."""
    folder = tmp_path_factory.mktemp("few")
    (folder / "x.jsonl").write_bytes(lines(3))
    return str(folder)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give a folder of so many logs that no pipe holds them."""
    folder = tmp_path_factory.mktemp("many")
    (folder / "x.jsonl").write_bytes(lines(MANY))
    return str(folder)


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """Give a folder for a command's temporary files, and see that it leaves none."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


def environment(more: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in UNSET}
    return kept | NOWHERE | {"TERM": "xterm-256color"} | dict(more)


def command(*args: str) -> list[str]:
    return [sys.executable, "-m", "flowctl_ops", *args]


# --- pipes ---------------------------------------------------------------------------------------


@contextmanager
def piped(*args: str, **env: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start a command whose output waits to be read."""
    with subprocess.Popen(
        command(*args),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(env),
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def stream(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe


@pytest.mark.parametrize("output", ["text", "json", "csv", "markdown"])
def test_a_reader_that_has_seen_enough_is_a_quiet_0(output: str, many: str) -> None:
    with piped("logs", "--data", many, "-o", output) as process:
        assert stream(process.stdout).readline().endswith(b"\n")
        stream(process.stdout).close()
        assert stream(process.stderr).read() == b""
        assert process.wait(PATIENCE) == 0


@pytest.mark.parametrize(
    "args", [("logs", "--tail", "1"), ("--help",), ("logs", "--help"), ("--version",)]
)
def test_a_reader_that_reads_nothing_is_a_quiet_0(args: tuple[str, ...], few: str) -> None:
    """Also where the whole answer fits into the pipe, and only the last flush finds no reader."""
    data = ("--data", few) if args[0] == "logs" and "--help" not in args else ()
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        command(*args, *data),
        stdout=writer,
        stderr=subprocess.PIPE,
        env=environment({}),
        check=False,
        timeout=PATIENCE,
    )
    os.close(writer)
    assert (done.stderr, done.returncode) == (b"", 0)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has a disk always full")
def test_a_full_disk_is_an_error_and_no_traceback(few: str) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            command("logs", "--data", few),
            stdout=full,
            stderr=subprocess.PIPE,
            env=environment({}),
            check=False,
            timeout=PATIENCE,
        )
    assert b"Traceback" not in done.stderr
    assert b"no space left on device" in done.stderr.lower()
    assert done.returncode == 3


def test_a_closed_stdout_shows_no_traceback(few: str) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", 'exec "$@" >&-', "sh", *command("logs", "--data", few)],
        stderr=subprocess.PIPE,
        env=environment({}),
        check=False,
        timeout=PATIENCE,
    )
    assert b"Traceback" not in done.stderr


def test_two_runs_at_once_do_not_disturb_each_other(many: str, temporary: Path) -> None:
    args = ("logs", "--data", many, "-o", "json")
    with (
        piped(*args, TMPDIR=str(temporary)) as one,
        piped(*args, "--reverse", TMPDIR=str(temporary)) as two,
    ):
        forward, backward = stream(one.stdout).read(), stream(two.stdout).read()
        assert (one.wait(PATIENCE), two.wait(PATIENCE)) == (0, 0)
    assert forward.count(b"\n") == MANY
    assert forward.splitlines() == backward.splitlines()[::-1]
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_stdin_is_read_as_a_file_is(pack: Callable[[bytes], bytes]) -> None:
    content = lines(MANY)
    done = run_ops_process("logs", "--data", "-", "-o", "json", stdin=pack(content))
    assert sorted(done.stdout.splitlines()) == sorted(content.splitlines())
    assert (done.stderr, done.exit_code) == ("", 0)


def test_stdin_is_read_beside_files(few: str) -> None:
    stdin = lines(4).splitlines(keepends=True)[3]
    done = run_ops_process("logs", "--data", few, "--data", "-", "-o", "json", stdin=stdin)
    assert done.stdout == lines(4)


def test_what_is_wrong_with_stdin_is_named(temporary: Path) -> None:
    env = {"TMPDIR": str(temporary)}
    done = run_ops_process("logs", "--data", "-", stdin=lines(1) + b"nothing\n", env=env)
    assert done.stdout.decode().startswith(FIRST)
    assert "ops: -:2: is no JSON: nothing\n" in done.stderr.replace("stdin", "-")
    assert done.exit_code == 3
    assert list(temporary.iterdir()) == []


def test_a_pipe_is_read_by_its_name() -> None:
    """What a shell makes of `--data <(zcat x.gz)`."""
    done = run_ops_process("logs", "--data", "/dev/stdin", "-o", "json", stdin=lines(3))
    assert (done.stdout, done.stderr, done.exit_code) == (lines(3), "", 0)


def test_stdin_cut_short_gives_its_readable_part() -> None:
    stdin = gzip.compress(lines(MANY))
    done = run_ops_process("logs", "--data", "-", "-o", "json", stdin=stdin[: len(stdin) // 2])
    assert done.stdout.count(b"\n") > MANY / 4
    assert "cut short" in done.stderr
    assert done.exit_code == 3


def test_a_closed_stdin_is_named() -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", 'exec "$@" <&-', "sh", *command("logs", "--data", "-")],
        capture_output=True,
        env=environment({}),
        check=False,
        timeout=PATIENCE,
    )
    assert b"Traceback" not in done.stderr
    assert b"ops: error: " in done.stderr
    assert b"stdin" in done.stderr
    assert (done.stdout, done.returncode) == (b"", 3)


def test_a_terminal_as_stdin_is_not_waited_for() -> None:
    session = on_terminal("logs", "--data", "-")
    assert "stdin" in session.screen
    assert session.exit_code == 3


def test_an_empty_stdin_is_an_empty_answer() -> None:
    done = run_ops_process("logs", "--data", "-", stdin=b"")
    assert done.stdout == b""
    assert "Traceback" not in done.stderr
    assert done.exit_code in {0, 3}


# --- signals -------------------------------------------------------------------------------------


def has_begun(process: subprocess.Popen[bytes]) -> None:
    """Wait until a command has written, and so waits to write more."""
    assert stream(process.stdout).read(1) == b"2"


@pytest.mark.parametrize(
    ("number", "exit_code"),
    [
        pytest.param(signal.SIGINT, 130, id="Ctrl-C"),
        pytest.param(signal.SIGTERM, 143, id="SIGTERM"),
        pytest.param(signal.SIGHUP, 129, id="the terminal closes"),
    ],
)
def test_a_signal_ends_a_command_quietly_and_leaves_nothing_behind(
    number: signal.Signals, exit_code: int, many: str, temporary: Path
) -> None:
    with piped("logs", "--data", many, TMPDIR=str(temporary)) as process:
        has_begun(process)
        process.send_signal(number)
        assert process.wait(PATIENCE) == exit_code
        assert stream(process.stderr).read() == b""
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_data_is_read_leaves_nothing_behind(
    number: signal.Signals, temporary: Path
) -> None:
    """Reading stdin goes on until somebody ends it; what is written to it was read by then."""
    with subprocess.Popen(
        command("logs", "--data", "-"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment({"TMPDIR": str(temporary)}),
    ) as process:
        stream(process.stdin).write(lines(MANY))
        process.send_signal(number)
        assert process.wait(PATIENCE) == 128 + number
        assert stream(process.stderr).read() == b""
        with suppress(BrokenPipeError):  # of what Popen still held back
            stream(process.stdin).close()
    assert list(temporary.iterdir()) == []


def test_ctrl_c_before_anything_has_begun_shows_no_traceback(few: str) -> None:
    """The interpreter tells what it imports, so that the signal comes in the midst of it."""
    with subprocess.Popen(
        [sys.executable, "-X", "importtime", "-m", "flowctl_ops", "logs", "--data", few],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment({}),
    ) as process:
        for line in stream(process.stderr):
            if b"typer." in line:
                break
        process.send_signal(signal.SIGINT)
        assert b"Traceback" not in stream(process.stderr).read()
        assert process.wait(PATIENCE) in {130, -signal.SIGINT}


# --- terminals -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Session:
    """What a terminal showed, and how the command on it ended."""

    screen: str
    exit_code: int

    @property
    def plain(self) -> str:
        """The screen without colour and with the line ends of files."""
        return re.sub(r"\x1b\[[\d;]*m", "", self.screen).replace("\r\n", "\n")


def on_terminal(
    *args: str,
    env: Mapping[str, str] | None = None,
    keys: Sequence[tuple[str, bytes]] = (),
    rows: int = 24,
    columns: int = 200,
) -> Session:
    """Run a command on a terminal; each key is pressed once the screen shows its text.

    The text of a key is looked for behind what was there when the last one was pressed.
    """
    keyboard, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-S", "-c", ON_TERMINAL, *args],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
        env=environment(env or {}),
    )
    os.close(terminal)
    try:
        screen = _watch(keyboard, list(keys))
        return Session(screen, process.wait(PATIENCE))
    finally:
        process.kill()
        process.wait()
        os.close(keyboard)


def _watch(keyboard: int, keys: list[tuple[str, bytes]]) -> str:
    seen = b""
    begin = 0
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if keys and keys[0][0].encode() in seen[begin:]:
            begin = len(seen)
            os.write(keyboard, keys.pop(0)[1])
        if not select.select([keyboard], [], [], 0.05)[0]:
            continue
        try:
            piece = os.read(keyboard, 65_536)
        except OSError:  # how Linux says that nobody has the terminal open any more
            piece = b""
        if not piece:
            return seen.decode(errors="replace")
        seen += piece
    pytest.fail(f"still running after {PATIENCE} s, the screen ends in {seen[-300:]!r}")


@pytest.mark.parametrize("output", ["text", "csv"])
def test_a_terminal_shows_the_rows_that_a_pipe_gets(output: str, few: str) -> None:
    args = ("logs", "--data", few, "-o", output)
    session = on_terminal(*args)
    assert session.plain == run_ops(*args).stdout.decode()
    assert session.exit_code == 0


@pytest.mark.parametrize(
    ("args", "env", "colored"),
    [
        pytest.param((), {}, True, id="a terminal"),
        pytest.param((), {"NO_COLOR": "1"}, False, id="NO_COLOR"),
        pytest.param((), {"NO_COLOR": ""}, True, id="an empty NO_COLOR is none"),
        pytest.param((), {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, id="NO_COLOR wins"),
        pytest.param((), {"TERM": "dumb"}, False, id="a dumb terminal"),
        pytest.param(("--color", "never"), {"FORCE_COLOR": "1"}, False, id="never wins"),
        pytest.param(("--color", "always"), {"NO_COLOR": "1"}, True, id="always wins"),
        pytest.param(("-o", "json", "--color", "always"), {}, False, id="JSON has no colour"),
    ],
)
def test_colour_on_a_terminal(
    args: tuple[str, ...],
    env: dict[str, str],
    colored: bool,  # noqa: FBT001 - a column of the table
    few: str,
) -> None:
    assert ("\x1b[" in on_terminal("logs", "--data", few, *args, env=env).screen) is colored


@pytest.mark.parametrize(
    ("args", "env", "colored"),
    [
        pytest.param((), {}, False, id="a pipe"),
        pytest.param((), {"FORCE_COLOR": "1"}, True, id="FORCE_COLOR"),
        pytest.param((), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, id="NO_COLOR wins"),
        pytest.param(("--color", "always"), {}, True, id="always"),
        pytest.param(("--color", "never"), {"FORCE_COLOR": "1"}, False, id="never"),
    ],
)
def test_colour_in_a_pipe(
    args: tuple[str, ...],
    env: dict[str, str],
    colored: bool,  # noqa: FBT001 - a column of the table
    few: str,
) -> None:
    done = run_ops("logs", "--data", few, *args, env=env)
    assert (b"\x1b[" in done.stdout) is colored


def test_ctrl_c_on_a_terminal_is_130_without_a_traceback(many: str, temporary: Path) -> None:
    keys = [(FIRST[:10], INTERRUPT)]
    env = {"TMPDIR": str(temporary)}
    session = on_terminal("logs", "--data", many, "--no-pager", env=env, keys=keys)
    assert "Traceback" not in session.screen
    assert session.exit_code == 130
    assert list(temporary.iterdir()) == []


# --- pagers --------------------------------------------------------------------------------------


@pytest.fixture
def pager(tmp_path: Path) -> str:
    """Give a pager that only says that it was called, and how many lines it got."""
    path = tmp_path / "pager of mine"
    path.write_text('#!/bin/sh\necho "<$1 $(wc -l | tr -d " ")>"\n')
    path.chmod(0o755)
    return f"'{path}'"


@pytest.mark.parametrize(
    ("args", "rows", "paged"),
    [
        pytest.param((), 24, True, id="longer than the screen"),
        pytest.param(("--tail", "20"), 24, False, id="shorter than the screen"),
        pytest.param(("--tail", "20"), 10, True, id="longer than a small screen"),
        pytest.param(("--no-pager",), 24, False, id="not wanted"),
        pytest.param(("-o", "json"), 24, True, id="JSON too"),
    ],
)
def test_the_pager_is_for_what_is_longer_than_the_screen(
    args: tuple[str, ...],
    rows: int,
    paged: bool,  # noqa: FBT001 - a column of the table
    pager: str,
    tmp_path: Path,
) -> None:
    (tmp_path / "x.jsonl").write_bytes(lines(100))
    session = on_terminal(
        "logs", "--data", str(tmp_path), *args, env={"OPS_PAGER": f"{pager} mine"}, rows=rows
    )
    count = 20 if "--tail" in args else 100
    assert (f"<mine {count}>" in session.screen) is paged
    assert session.screen.count("padding") == (0 if paged else count)
    assert session.exit_code == 0


@pytest.mark.parametrize(
    ("env", "called"),
    [
        pytest.param({"OPS_PAGER": "{} ours", "PAGER": "{} all"}, "ours", id="OPS_PAGER wins"),
        pytest.param({"PAGER": "{} all"}, "all", id="PAGER"),
        pytest.param({"OPS_PAGER": "", "PAGER": "{} all"}, "", id="an empty one is none"),
        pytest.param({"OPS_PAGER": "cat", "PAGER": "{} all"}, "", id="cat is none"),
        pytest.param({"PAGER": "no-such-program"}, "", id="one that is not there"),
        pytest.param({"PAGER": "'unbalanced"}, "", id="one that makes no sense"),
    ],
)
def test_which_pager_is_called(
    env: dict[str, str], called: str, pager: str, tmp_path: Path
) -> None:
    (tmp_path / "x.jsonl").write_bytes(lines(100))
    pagers = {name: text.format(pager) for name, text in env.items()}
    session = on_terminal("logs", "--data", str(tmp_path), env=pagers)
    assert re.findall(r"<(\w*) 100>", session.screen) == ([called] if called else [])
    assert session.screen.count("padding") == (0 if called else 100)
    assert session.exit_code == 0


def test_a_pager_that_cannot_be_started_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(lines(100))
    broken = tmp_path / "pager"
    broken.write_bytes(b"\x7fELF and nothing that runs")
    broken.chmod(0o755)
    session = on_terminal("logs", "--data", str(tmp_path), env={"OPS_PAGER": str(broken)})
    assert session.screen.count("padding") == 100
    assert session.exit_code == 0


@pytest.mark.parametrize("end", ["exit 127", "no-such-program", "kill -9 $$", "exit 1"])
def test_a_pager_that_dies_leaves_a_sentence_and_no_traceback(end: str, many: str) -> None:
    """A shell that finds no pager has shown nothing; one that was left has shown enough."""
    session = on_terminal("logs", "--data", many, env={"OPS_PAGER": f"sh -c '{end}'"})
    assert "Traceback" not in session.screen
    shown_nothing = end in {"exit 127", "no-such-program"}
    assert ("cannot be run" in session.screen) is shown_nothing
    assert session.exit_code == (3 if shown_nothing else 0)


def test_a_terminal_of_no_size_is_taken_for_a_usual_one(few: str, many: str) -> None:
    pager = {"OPS_PAGER": "sh -c 'echo paged; cat > /dev/null'"}
    for folder, paged in ((few, False), (many, True)):
        session = on_terminal("logs", "--data", folder, env=pager, rows=0, columns=0)
        assert ("paged" in session.screen) is paged
        assert session.exit_code == 0
    table = on_terminal("sql", "--data", few, "FROM logs", "--no-pager", rows=0, columns=0)
    assert table.exit_code == 0


def test_a_pager_is_only_for_terminals(pager: str, tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(lines(100))
    done = run_ops_process("logs", "--data", str(tmp_path), env={"OPS_PAGER": pager})
    assert done.stdout.count(b"padding") == 100


@pytest.mark.parametrize("args", [(), ("--exit-code",)])
def test_leaving_the_pager_early_is_a_quiet_0(
    args: tuple[str, ...], many: str, temporary: Path
) -> None:
    """`head` stands for a pager that is left after the first line."""
    env = {"OPS_PAGER": "head -n 1", "TMPDIR": str(temporary)}
    session = on_terminal("logs", "--data", many, *args, env=env)
    assert session.plain.startswith(FIRST)
    assert session.plain.count("\n") == 1
    assert session.exit_code == 0
    assert list(temporary.iterdir()) == []


def test_leaving_the_pager_early_hides_no_loss(many: str) -> None:
    with Path(many, "bad.jsonl").open("w") as bad:
        bad.write("no JSON\n")
    try:
        session = on_terminal("logs", "--data", many, env={"OPS_PAGER": "head -n 1"})
    finally:
        Path(many, "bad.jsonl").unlink()
    assert "bad.jsonl:1: is no JSON" in session.plain
    assert session.exit_code == 3


def test_ctrl_c_in_the_pager_is_the_pager_s_own(many: str, temporary: Path) -> None:
    """A pager that ignores Ctrl-C, as less does, goes on and is waited for."""
    script = 'trap "" INT; head -n 1; read answer < /dev/tty; echo "<got $answer>"'
    keys = [(FIRST[:10], INTERRUPT), ("^C", b"quit\n")]
    env = {"OPS_PAGER": f"sh -c '{script}'", "TMPDIR": str(temporary)}
    session = on_terminal("logs", "--data", many, env=env, keys=keys)
    assert "<got quit>" in session.screen
    assert "Traceback" not in session.screen
    assert session.exit_code in {0, 130}
    assert list(temporary.iterdir()) == []
