"""What the shell offers behind `ops`, and that nothing hostile is offered to it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli import NOWHERE, run_ops

ROOT = Path(__file__).parent.parent
# As the installed script: its name decides which variables it answers to.
SCRIPT = "import sys; sys.argv[0] = 'ops'; from flowctl_ops.__main__ import main; main()"
SHELLS = ["bash", "zsh", "fish"]
TASKS = ["acmeCo/a", "acmeCo/source-x.v1", "acmeCo/été", "bobCo/b_2"]


def offered(line: str, data: Path | str, shell: str = "bash") -> list[str]:
    """What a shell offers for the last word of a line."""
    asked = {
        "bash": {"COMP_WORDS": line, "COMP_CWORD": str(line.count(" "))},
        "zsh": {"_TYPER_COMPLETE_ARGS": line},
        "fish": {"_TYPER_COMPLETE_ARGS": line, "_TYPER_COMPLETE_FISH_ACTION": "get-args"},
    }[shell]
    done = run_ops(env={"_OPS_COMPLETE": f"complete_{shell}", "OPS_DATA": str(data), **asked})
    assert (done.stderr, done.exit_code) == ("", 0)
    printed = done.stdout.decode()
    if shell == "zsh":
        printed = printed.removeprefix("_arguments '*: :((").removesuffix("))'\n")
    return [word.strip('"') for word in printed.splitlines() if word]


def make_journals(data: Path, *names: str) -> Path:
    """Make the folders of journals; `names` are what stands behind `name=`."""
    for name in names:
        (data / f"ops/acmeCo/logs/kind=capture/name={name}/pivot=00").mkdir(parents=True)
    return data


@pytest.fixture(scope="module")
def journals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    names = (task.replace("/", "%2F") for task in TASKS)
    return make_journals(tmp_path_factory.mktemp("journals"), *names)


@pytest.mark.parametrize("shell", SHELLS)
def test_the_committed_scripts_are_what_the_app_prints(shell: str) -> None:
    """Where it fails, `_OPS_COMPLETE=source_bash ops` and so on print them anew."""
    committed = (ROOT / f"completions/ops.{shell}").read_text("utf-8")
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        capture_output=True,
        check=True,
        encoding="utf-8",
        env=os.environ | {"_OPS_COMPLETE": f"source_{shell}"},
    )
    assert committed == done.stdout.strip() + "\n"


@pytest.mark.parametrize("shell", SHELLS)
def test_tasks_are_offered_from_the_names_of_journals(shell: str, journals: Path) -> None:
    assert offered("ops logs acme", journals, shell) == TASKS[:3]


LINES: dict[str, tuple[str, list[str]]] = {
    "commands": ("ops lo", ["logs"]),
    "every task": ("ops logs ", TASKS),
    "a task by its beginning": ("ops logs acmeCo/s", ["acmeCo/source-x.v1"]),
    "a second task": ("ops logs acmeCo/a bob", ["bobCo/b_2"]),
    "a task behind an option": ("ops logs --level warn bob", ["bobCo/b_2"]),
    "no task": ("ops logs zzz", []),
    "levels": ("ops logs --level ", ["error", "warn", "info", "debug", "trace"]),
    "a level by its beginning": ("ops logs -l w", ["warn"]),
    "formats": ("ops logs --output ", ["text", "json", "csv", "markdown"]),
    "a format by its beginning": ("ops logs -o j", ["json"]),
    "kinds": ("ops logs --kind ", ["capture", "derivation", "materialization"]),
    "colours": ("ops logs --color ", ["auto", "always", "never"]),
    "an option": ("ops logs --verb", ["--verbose"]),
}


@pytest.mark.parametrize(("line", "words"), LINES.values(), ids=list(LINES))
def test_what_fits_is_offered(line: str, words: list[str], journals: Path) -> None:
    assert offered(line, journals) == words


@pytest.mark.parametrize("option", ["--data {} ", "-d {} "])
def test_the_data_that_the_line_names_is_looked_at(option: str, journals: Path) -> None:
    assert offered(f"ops logs {option.format(journals)}bob", "/nowhere") == ["bobCo/b_2"]


@pytest.mark.parametrize("option", ["", "-d - ", "--level nonsense "])
def test_where_nothing_can_be_looked_at_nothing_is_offered(option: str) -> None:
    """A completion waits for no stdin and prints no error between the words of a line."""
    assert offered(f"ops logs {option}acme", "/nowhere") == []


def test_a_link_that_leads_nowhere_is_no_hindrance(tmp_path: Path) -> None:
    data = make_journals(tmp_path, "acmeCo%2Fa")
    (data / "loop").symlink_to(data / "loop")
    (data / "gone").symlink_to(data / "nowhere")
    assert offered("ops logs ", data) == ["acmeCo/a"]


HOSTILE = [
    "$(touch x)",
    "acmeCo%2F$(touch x)",
    "acmeCo%2F%24%28touch%20x%29",
    "acmeCo%2F`touch x`",
    "acmeCo%2F'; touch x; '",
    'acmeCo%2F"; touch x; "',
    "acmeCo%2Fa;touch x",
    "acmeCo%2Fa&touch x",
    "acmeCo%2Fa|touch x",
    "acmeCo%2Fa%0Atouch x",
    "acmeCo%2Fa\ntouch x",
    "acmeCo%2Fa>x",
    "acmeCo%2F${IFS}",
    "acmeCo%2F\\",
    "acmeCo%2F*",
    "acmeCo%2F~",
    "acmeCo%2F\x1b[2J",
    "acmeCo%2F))",
    "acmeCo%2Ffine",
]


@pytest.mark.parametrize("shell", SHELLS)
def test_names_that_a_shell_would_obey_are_never_offered(shell: str, tmp_path: Path) -> None:
    data = make_journals(tmp_path, *HOSTILE)
    assert offered("ops logs ", data, shell) == ["acmeCo/fine"]


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_bash_runs_nothing_that_a_folder_is_called(tmp_path: Path) -> None:
    """The committed script, in a real shell, in a folder of hostile names."""
    data = make_journals(tmp_path / "data", *HOSTILE)
    script = tmp_path / "bin/ops"
    script.parent.mkdir()
    script.write_text(f"#!{sys.executable}\n{SCRIPT}\n")
    script.chmod(0o755)
    typed = (
        f"source '{ROOT}/completions/ops.bash'; COMP_WORDS=(ops logs acme); COMP_CWORD=2; "
        '_ops_completion ops; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        ["bash", "-c", typed],
        capture_output=True,
        check=True,
        cwd=tmp_path,
        env=os.environ
        | NOWHERE
        | {"PATH": f"{script.parent}:{os.environ['PATH']}", "OPS_DATA": str(data)},
        text=True,
    )
    assert done.stdout == "acmeCo/fine\n"
    assert sorted(os.listdir(tmp_path)) == ["bin", "data"]
