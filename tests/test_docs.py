"""The documentation says what the program does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from flowctl_ops.cli import COMMANDS
from tests.cli import run_ops

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
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
def test_help_of_every_command_stands_in_the_readme(command: str) -> None:
    """Where it fails, `python tests/test_docs.py` writes the README's last section anew."""
    assert help_text(command) in README


def test_readme_begins_with_the_two_commands_that_a_new_user_runs() -> None:
    commands = re.findall(r"^```sh.*?\n(.*?)\n```$", README, re.MULTILINE | re.DOTALL)[:2]
    assert "ops demo" in commands[0]
    assert "ops logs acmeCo/my/capture --level warn" in commands[0]
    assert "pytest" in commands[1]
    assert all("\n" not in command for command in commands)


def test_every_folder_of_the_package_has_its_place_in_contributing() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    rooms = [path.stem for path in (ROOT / "flowctl_ops").iterdir() if path.name[0] not in "_."]
    rooms = [room for room in rooms if room not in {"py", "engine.sql"}]
    assert [room for room in rooms if not re.search(rf"\b{room}\b", text)] == []


@pytest.mark.parametrize("example", EXAMPLES)
def test_python_in_the_docs_runs_and_is_read_again(example: str, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", example], check=True, cwd=tmp_path)
    command = "stats" if "Stats" in example else "logs"
    read = run_ops(command, "--json", "--data", str(tmp_path / "ops-data"))
    assert (read.stderr, read.exit_code) == ("", 0)
    assert read.stdout.decode().count("\n") == (1 if "Stats" in example else 2)


def write_reference() -> None:
    """Put the help of every command at the end of the README."""
    mark = "<!-- checked by tests/test_docs.py -->"
    blocks = "".join(f"\n```text\n{help_text(command)}\n```\n" for command in COMMANDS)
    (ROOT / "README.md").write_text(README.partition(mark)[0] + mark + "\n" + blocks, "utf-8")


if __name__ == "__main__":
    write_reference()
