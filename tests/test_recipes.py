"""docs/recipes.md and the README: every command of them prints something on the demo."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from flowctl_ops.demo import DemoPlan, write
from tests.cli import run_ops

ROOT = Path(__file__).parent.parent
RECIPES_TEXT = (ROOT / "docs" / "recipes.md").read_text("utf-8")
ROW = re.compile(r"^\| (\d+)\. [^|]* \| `ops (.*)` \|$", re.MULTILINE)
RECIPES = {
    int(number): command.replace(r"\|", "|") for number, command in ROW.findall(RECIPES_TEXT)
}
TEXT = "\n".join((ROOT / page).read_text("utf-8") for page in ("README.md", "docs/reference.md"))
EXAMPLES = [
    line.partition("  #")[0].strip()
    for block in re.findall(r"^```sh\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
    if re.match(r"ops\b(?!.* (\||-f|--data|--verify) ?)(?! publish)", line)
]
FINDINGS = 1  # what `ops check` exits with


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    write(folder, DemoPlan())
    return folder


def test_each_of_the_31_questions_has_its_command() -> None:
    assert sorted(RECIPES) == list(range(1, 32))


@pytest.mark.parametrize("line", EXAMPLES)
def test_an_example_prints_something_on_the_demo(line: str, demo: Path) -> None:
    env = {"OPS_DATA": str(demo), "OPS_NOW": "last"}
    words = shlex.split(line, comments=True)[1:]
    done = run_ops(*words, env=env)
    assert done.exit_code == (FINDINGS if words[:1] == ["check"] else 0), done.stderr
    assert done.stdout, done.stderr


@pytest.mark.parametrize("number", RECIPES)
def test_a_recipe_prints_something_on_the_demo(number: int, demo: Path) -> None:
    env = {"OPS_DATA": str(demo), "OPS_NOW": "last"}
    words = shlex.split(RECIPES[number])
    done = run_ops(*words, *(["--exit-after", "100ms"] if "-f" in words else ()), env=env)
    assert done.exit_code == 0, done.stderr
    assert done.stdout
