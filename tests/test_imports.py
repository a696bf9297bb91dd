"""What is imported when: start-up is the floor of every answer, and rooms have doors one way."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.cli import NOWHERE, UNSET

ROOT = Path(__file__).parent.parent
CONTRACTS: list[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))[
    "tool"
]["importlinter"]["contracts"]
ROOMS = {
    path.stem
    for path in (ROOT / "flowctl_ops").iterdir()
    if (path.suffix == ".py" or (path / "__init__.py").exists()) and path.name != "__init__.py"
}
DOORS = {  # which rooms may import what is kept out of the others
    "duckdb": {"engine"},
    "typer": {"arguments", "cli", "commands", "options"},
    "rich": {"render"},
}
LOG = '{"ts":"2024-05-06T07:08:09Z","level":"info","message":"hi"}\n'
RUN_AND_LIST = """
import sys
sys.argv[0] = "ops"
import flowctl_ops.__main__
from flowctl_ops.cli import app_for  # for main() ends the process, and nothing could be listed
try:
    app_for(sys.argv[1:])()
finally:
    print(*sorted(sys.modules), sep="\\n", file=sys.stderr)
"""


def imported(arguments: Sequence[str], env: Mapping[str, str] | None = None) -> set[str]:
    """The modules that a command leaves imported in an interpreter of its own."""
    kept = {name: value for name, value in os.environ.items() if name not in UNSET}
    done = subprocess.run(
        [sys.executable, "-c", RUN_AND_LIST, *arguments],
        capture_output=True,
        check=True,
        text=True,
        env=kept | NOWHERE | dict(env or {}),
    )
    assert done.stdout
    return set(done.stderr.splitlines())


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A folder with a journal of one log."""
    fragment = f"{0:016x}-{len(LOG):016x}-{'0' * 40}.raw"
    journal = tmp_path / "ops/acmeCo/logs/kind=capture/name=acmeCo%2Fa/pivot=00"
    journal.mkdir(parents=True)
    (journal / fragment).write_text(LOG)
    return tmp_path


LIGHT: dict[str, tuple[list[str], dict[str, str]]] = {
    "--help": (["--help"], {}),
    "--version": (["--version"], {}),
    "logs --help": (["logs", "--help"], {}),
    "the completion script": ([], {"_OPS_COMPLETE": "source_bash"}),
    "completion of a command": (
        [],
        {"_OPS_COMPLETE": "complete_bash", "COMP_WORDS": "ops lo", "COMP_CWORD": "1"},
    ),
    "completion of a level": (
        [],
        {"_OPS_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "ops logs --level w"},
    ),
    "completion of a task": (
        [],
        {"_OPS_COMPLETE": "complete_bash", "COMP_WORDS": "ops logs ac", "COMP_CWORD": "2"},
    ),
}


@pytest.mark.parametrize(("arguments", "env"), LIGHT.values(), ids=list(LIGHT))
def test_what_needs_no_engine_imports_none_and_no_console(
    arguments: list[str], env: dict[str, str], saved: Path
) -> None:
    modules = imported(arguments, env | {"OPS_DATA": str(saved)})
    assert modules & {"_duckdb", "duckdb", "pydantic", "rich", "rich.console"} == set()


@pytest.mark.parametrize("output", ["json", "text"])
def test_what_needs_no_colour_imports_no_rich(output: str, saved: Path) -> None:
    modules = imported(["logs", "-o", output, "--data", str(saved)])
    assert modules & {"_duckdb", "duckdb", "pydantic"} == {"_duckdb"}
    assert {name for name in modules if name.split(".")[0] == "rich"} == set()


def test_what_follows_is_imported_by_those_who_follow(saved: Path) -> None:
    of_it = {"flowctl_ops.relations.follow", "flowctl_ops.sources.ledger"}
    assert imported(["logs", "--data", str(saved)]) & of_it == set()
    followed = imported(["logs", "-f", "--exit-after", "1ms", "--data", str(saved)])
    assert followed & of_it == of_it


def test_colour_imports_no_console(saved: Path) -> None:
    modules = imported(["logs", "--color", "always", "--data", str(saved)])
    assert "rich.style" in modules
    assert "rich.console" not in modules


def test_the_publishing_library_imports_the_standard_library_only() -> None:
    script = (
        "import sys; before = set(sys.modules); import flowctl_ops.publish; "
        "print(*(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, text=True
    )
    modules = done.stdout.split()
    assert "flowctl_ops.publish.decode" not in modules
    names = {name.split(".")[0] for name in modules}
    assert names - {"flowctl_ops"} <= sys.stdlib_module_names
    assert names.isdisjoint({"dataclasses", "hashlib", "logging", "subprocess", "typing"})


def test_the_import_contract_holds() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-cache",
        ],
        capture_output=True,
        check=False,
        cwd=ROOT,
        text=True,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("library", DOORS)
def test_a_contract_names_every_room_that_may_not_import(library: str) -> None:
    """So that a new module cannot be forgotten."""
    [contract] = [
        item
        for item in CONTRACTS
        if item.get("forbidden_modules", [""])[0] == library and " only " in item["name"]
    ]
    named = {name.removeprefix("flowctl_ops.") for name in contract["source_modules"]}
    assert named == ROOMS - DOORS[library]


def test_every_room_has_its_layer() -> None:
    [contract] = [item for item in CONTRACTS if item["type"] == "layers"]
    layers = [room.strip() for layer in contract["layers"] for room in layer.split("|")]
    assert sorted(layers) == sorted(ROOMS)
    assert contract["exhaustive"]
