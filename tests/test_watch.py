"""`ops status --watch` on a real terminal: drawn again when files change, put away by Ctrl-C."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from flowctl_ops.commands import watching
from tests.cli import run_ops
from tests.documents import NOW_TEXT, failed, log, save, up
from tests.test_terminal import INTERRUPT, on_terminal

ENV = {"OPS_NOW": NOW_TEXT}


def test_it_is_drawn_again_when_files_change_and_put_away_at_the_end(tmp_path: Path) -> None:
    save(tmp_path / "x.jsonl", [log(5), up(5)])

    def fail() -> None:
        time.sleep(2)
        save(tmp_path / "new.jsonl", [failed(1, error="it broke", task="acmeCo/other")])

    change = threading.Thread(target=fail)
    change.start()
    shown = on_terminal(
        *("status", "--watch", "-d", str(tmp_path)),
        env=ENV,
        keys=[("acmeCo/source", b""), ("it broke", INTERRUPT)],
    )
    change.join()
    assert shown.exit_code == 130
    first, *others = shown.screen.split("\x1b[H")
    assert first.startswith("\x1b[?1049h\x1b[?25l")
    assert "acmeCo/source" in others[0]
    assert "it broke" not in others[0]
    last = shown.screen.partition("\x1b[?25h\x1b[?1049l")[2]
    assert "it broke" in last
    assert "Traceback" not in shown.screen


def test_what_does_not_fit_on_the_screen_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    frame = "".join(f"line {number}\n" for number in range(30))
    watching._paint(frame, os.terminal_size((80, 10)))  # noqa: SLF001 - as it is drawn
    shown = capsys.readouterr().out.split("\r\n")
    assert "line 7" in shown[7]
    assert "22 more lines" in shown[8]
    assert len(shown) == 10


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        ([], "in a script"),
        (["--json"], "leave out --watch"),
        (["-o", "csv"], "leave out --watch"),
        (["--print-sql"], "leave out --watch"),
    ],
)
def test_it_wants_a_terminal_and_text(tmp_path: Path, options: list[str], hint: str) -> None:
    save(tmp_path / "x.jsonl", [log(5)])
    done = run_ops("status", "--watch", *options, "-d", str(tmp_path))
    assert (done.stdout, done.exit_code) == (b"", 2)
    assert hint in done.stderr


def test_a_pipe_is_not_watched(tmp_path: Path) -> None:
    save(tmp_path / "x.jsonl", [log(5)])
    shown = on_terminal("status", "--watch", "-d", "-", env=ENV)
    assert shown.exit_code == 2
    assert "is a pipe" in shown.screen


def test_a_folder_that_holds_nothing_yet_is_watched(tmp_path: Path) -> None:
    shown = on_terminal(
        *("status", "--watch", "-d", str(tmp_path)), keys=[("nothing to read", INTERRUPT)]
    )
    assert shown.exit_code == 130
