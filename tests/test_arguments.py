"""Options are read without pydantic, and where Typer has no place for our readers, by Typer."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import pytest
import typer
from typer.testing import CliRunner

from flowctl_ops import arguments, cli
from flowctl_ops.cli import COMMANDS, Command, app_for
from tests.cli import run_ops, run_ops_process

LOG = (
    '{"shard":{"kind":"capture","name":"acmeCo/a"},"ts":"2026-10-05T10:00:00Z",'
    '"level":"info","message":"hi"}\n'
)


class Color(StrEnum):
    RED = "red"
    BLUE = "blue"


def app() -> typer.Typer:
    """A command with an option of every type that we read, and one that we leave to Typer."""
    made = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)

    @made.command(cls=Command)
    def show(
        *,
        words: Annotated[list[str] | None, typer.Argument()] = None,
        text: str = "t",
        number: Annotated[int | None, typer.Option(min=-2, max=100_000)] = None,
        price: Annotated[float, typer.Option(max=1e6)] = 1.5,
        color: Color = Color.RED,
        file: Path | None = None,
        flag: Annotated[bool, typer.Option()] = False,
        clamped: Annotated[int, typer.Option(min=0, max=5, clamp=True)] = 3,
    ) -> None:
        typer.echo(repr((words, text, number, price, color, file, flag, clamped)))

    return made


def result(*args: str) -> tuple[str, int]:
    """What `show` got, or how it was refused."""
    done = CliRunner().invoke(app(), args, catch_exceptions=False)
    return done.stdout or done.stderr.splitlines()[-1], done.exit_code


READ: dict[str, list[str]] = {
    "nothing": [],
    "words": ["a", "b"],
    "a text": ["--text", " é "],
    "an empty text": ["--text="],
    "a number": ["--number", "7"],
    "a negative number": ["--number=-2"],
    "zeros before it": ["--number", "007"],
    "a price": ["--price", "1e3"],
    "a choice": ["--color", "blue"],
    "a path": ["--file", "a/b"],
    "a flag": ["--flag"],
    "beyond what is clamped": ["--clamped", "9"],
}
REFUSED: dict[str, tuple[list[str], str]] = {
    "no number": (["--number", "x"], "'x' is no integer."),
    "no whole number": (["--number", "1.5"], "'1.5' is no integer."),
    "too small": (["--number=-3"], "'-3' is not at least -2 and at most 100,000."),
    "too long for Python": (["--number", "9" * 5000], "is no integer."),
    "no price": (["--price", ""], "'' is no number."),
    "too dear": (["--price", "inf"], "'inf' is not at most 1,000,000."),
    "NaN": (["--price", "nan"], "'nan' is not at most 1,000,000."),
    "no choice": (["--color", "Red"], "'Red' is none of red, blue."),
    "signs that a terminal obeys": (["--color", "\x1b\u202e"], r"'\x1b\u202e' is none of"),
}


@pytest.mark.parametrize("args", READ.values(), ids=list(READ))
def test_a_value_is_what_typer_makes_of_it(
    args: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = result(*args)
    monkeypatch.setattr(cli, "quicken", lambda parameters: parameters)
    assert ours == result(*args)
    assert ours[1] == 0


@pytest.mark.parametrize(("args", "sentence"), REFUSED.values(), ids=list(REFUSED))
def test_what_typer_refuses_is_refused_in_a_sentence(
    args: list[str], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said, code = result(*args)
    assert said.startswith(f"Error: Invalid value for '{args[0].partition('=')[0]}': ")
    assert said.endswith(sentence) or sentence in said
    assert len(said) < 200
    monkeypatch.setattr(cli, "quicken", lambda parameters: parameters)
    assert result(*args)[1] == code == 2


def test_a_typer_without_our_place_reads_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one before or after that of which we know it: all that we ask it for may be missing."""
    (tmp_path / "x.jsonl").write_text(LOG)
    lines = [
        ["logs", "--data", str(tmp_path), "-n", "1", "-o", "json"],
        ["logs", "--data", str(tmp_path), "-n", "-1"],
        ["logs", "--data", str(tmp_path), "-o", "yaml"],
        ["--version"],
        ["demo", "--help"],
    ]
    ours = [run_ops(*line) for line in lines]
    monkeypatch.setattr(arguments, "_PLACE", "_a_name_that_typer_does_not_have")
    theirs = [run_ops(*line) for line in lines]
    assert [(done.stdout, done.exit_code) for done in ours] == [
        (done.stdout, done.exit_code) for done in theirs
    ]


def test_parameters_of_another_kind_are_left_alone() -> None:
    others: list[Any] = [object(), "text"]
    assert arguments.quicken(others) is others


@pytest.mark.parametrize("command", COMMANDS)
def test_no_option_of_ours_is_left_to_typer(command: str) -> None:
    found = typer.main.get_command(app_for([command])).commands[command]  # type: ignore[attr-defined] # a group
    context = typer.Context(found)
    left = [
        parameter.name
        for parameter in found.get_params(context)
        if parameter._runtime_param is None  # noqa: SLF001 - the place in question
    ]
    assert left == []


def test_a_duckdb_without_an_engine_of_that_name_is_imported_whole(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text(LOG)
    code = (
        "import builtins, sys\n"
        "usual = builtins.__import__\n"
        "def other(name, scope=None, *rest):\n"
        "    where = (scope or {}).get('__name__')\n"
        "    if name == '_duckdb' and where == 'flowctl_ops.engine.library':\n"
        "        raise ImportError(name)\n"
        "    return usual(name, scope, *rest)\n"
        "builtins.__import__ = other\n"
        "from flowctl_ops.cli import app_for\n"
        f"args = ['logs', '--data', {str(tmp_path)!r}]\n"
        "try: app_for(args)(args)\n"
        "finally: print('duckdb' in sys.modules)\n"
    )
    done = run_ops_process(python=code)
    assert done.stdout.decode() == "2026-10-05T10:00:00.000Z info  hi\nTrue\n"
    assert (done.stderr, done.exit_code) == ("", 0)
