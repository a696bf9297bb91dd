"""The documentation says what the program does."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from rich.console import Console
from rich.text import Text

from flowctl_ops.cli import COMMANDS
from flowctl_ops.demo import DemoPlan, write
from tests.cli import run_ops
from tests.test_terminal import on_terminal

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
REFERENCE = (ROOT / "docs/reference.md").read_text("utf-8")
PICTURE = ROOT / "docs/status.svg"
README_BYTES = 7000
PUBLISHING = (ROOT / "docs/publishing.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```$", PUBLISHING, re.MULTILINE | re.DOTALL)


def help_text(*command: str) -> str:
    """Print a command's help as a terminal of 100 columns shows it."""
    done = subprocess.run(
        [sys.executable, "-m", "flowctl_ops", *command, "--help"],
        capture_output=True,
        check=True,
        text=True,
        env=os.environ | {"TERMINAL_WIDTH": "100", "COLUMNS": "100"},
    )
    return done.stdout.replace("python -m flowctl_ops", "ops").strip()


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_every_command_stands_in_the_reference(command: str) -> None:
    """Where it fails, `python -m tests.test_docs` writes the last section of the page anew."""
    assert help_text(command) in REFERENCE


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_three_examples_and_truncates_nothing(command: str) -> None:
    text = help_text(command)
    assert len(re.findall(r"^ {2}(?:program 2>&1 \| )?ops \w+", text, re.MULTILINE)) == 3
    assert "..." not in text.partition("\n")[2]
    assert max(map(len, text.splitlines())) <= 80
    assert "..." not in help_text().partition("\n")[2]


def test_the_readme_is_short() -> None:
    assert len(README.encode()) <= README_BYTES


def test_every_link_of_the_docs_leads_somewhere() -> None:
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (page.parent / link).exists(), (page, link)


def test_the_picture_is_a_run_on_the_demo(tmp_path: Path) -> None:
    """Where it fails, `python -m tests.test_docs` draws it anew."""
    assert picture(tmp_path) == PICTURE.read_text("utf-8")


def test_readme_begins_with_the_two_commands_that_a_new_user_runs() -> None:
    commands = re.findall(r"^```sh.*?\n(.*?)\n```$", README, re.MULTILINE | re.DOTALL)[:2]
    assert "ops demo" in commands[0]
    assert "ops logs acmeCo/my/capture --level warn" in commands[0]
    assert "pytest" in commands[1]
    assert all("\n" not in command for command in commands)


def test_every_folder_of_the_package_has_its_place_in_contributing() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    rooms = [path.stem for path in (ROOT / "flowctl_ops").iterdir() if path.name[0] not in "_."]
    rooms = [room for room in rooms if room != "py"]
    assert [room for room in rooms if not re.search(rf"\b{room}\b", text)] == []


@pytest.mark.parametrize("example", EXAMPLES)
def test_python_in_the_docs_runs_and_is_read_again(example: str, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", example], check=True, cwd=tmp_path)
    command = "stats" if "Stats" in example else "logs"
    read = run_ops(command, "--json", "--data", str(tmp_path / "ops-data"))
    assert (read.stderr, read.exit_code) == ("", 0)
    assert read.stdout.decode().count("\n") == (1 if "Stats" in example else 2)


def picture(folder: Path) -> str:
    """Draw what `ops` shows of the demo on a terminal of 80 columns."""
    write(folder, DemoPlan())
    env = {"OPS_DATA": str(folder), "OPS_NOW": "last"}
    shown = on_terminal(env=env, columns=80, rows=60).screen.replace("\r\n", "\n")
    console = Console(record=True, width=80, file=io.StringIO())
    console.print(Text.from_ansi("$ ops\n" + shown.rstrip("\n")))
    return console.export_svg(title="ops", unique_id="ops")


def write_reference() -> None:
    """Put the help of every command at the end of the reference, and draw the picture."""
    mark = "<!-- checked by tests/test_docs.py -->"
    blocks = "".join(f"\n```text\n{help_text(command)}\n```\n" for command in COMMANDS)
    page = ROOT / "docs/reference.md"
    page.write_text(REFERENCE.partition(mark)[0] + mark + "\n" + blocks, "utf-8")
    with tempfile.TemporaryDirectory() as folder:
        PICTURE.write_text(picture(Path(folder) / "demo"), "utf-8")


if __name__ == "__main__":
    write_reference()
