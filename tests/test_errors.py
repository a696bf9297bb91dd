"""What a user reads when something goes wrong: a sentence, a hint, an exit code, and no output."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

import flowctl_ops
from flowctl_ops import errors
from flowctl_ops.cli import Boundary
from flowctl_ops.engine import opened
from flowctl_ops.errors import ExitCode, Interrupted, OpsError, QueryFailed
from tests.cli import run_ops

TRY_DEMO = "ops demo"
SHARD = '"shard":{"kind":"capture","name":"acmeCo/source-postgres"}'
LOG = f'{{{SHARD},"ts":"2024-05-06T07:08:09Z","level":"info","message":"hi"}}\n'


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in: some data, an empty folder, and a folder of the user's own."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data/a.jsonl").write_text(LOG)
    (tmp_path / "nameless").mkdir()
    (tmp_path / "nameless/a.jsonl").write_text(LOG.replace(SHARD, '"shard":{}'))
    (tmp_path / "empty").mkdir()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/thesis.txt").write_text("mine")
    monkeypatch.chdir(tmp_path)
    return tmp_path


USAGE, DATA = ExitCode.USAGE, ExitCode.DATA
LOGS = "logs --data data"
NO_RE = "is no regular expression: missing"
FAILURES: dict[str, tuple[str, ExitCode, str, str]] = {
    "a level": (f"{LOGS} -l loud", USAGE, "there is no level loud", "error, warn, info"),
    "an empty level": (f"{LOGS} --level=", USAGE, "there is no level", "error, warn, info"),
    "a time": (f"{LOGS} --since someday", USAGE, "--since someday is no time", "RFC 3339"),
    "another time": (f"{LOGS} --until 2024-13-45", USAGE, "--until 2024-13-45", "yesterday"),
    "a length of time": (f"{LOGS} --slack soon", USAGE, "soon is no length of time", "1h30m"),
    "a zone": (f"{LOGS} --tz Mars/Base", USAGE, "no time zone Mars/Base", "Europe/Paris"),
    "a search": (f"{LOGS} --grep (", USAGE, f"( {NO_RE} )", "escape"),
    "a search of a field": (f"{LOGS} --where a~[", USAGE, f"[ {NO_RE} ]", "escape"),
    "a condition": (f"{LOGS} --where a", USAGE, "--where a is no condition", "KEY=VALUE"),
    "a task": (f"{LOGS} acmeCo/source-postgre", USAGE, "postgre", "acmeCo/source-postgres"),
    "a prefix": (f"{LOGS} acmeco/", USAGE, "acmeco/", "acmeCo/source-postgres"),
    "a task where none has a name": (
        "logs --data nameless acmeCo/a",
        USAGE,
        "no task in the data is called acmeCo/a",
        "no task",
    ),
    "a folder that is not there": ("logs --data gone", DATA, "gone does not exist", TRY_DEMO),
    "a glob that matches nothing": ("logs --data g*e", DATA, "g*e does not exist", TRY_DEMO),
    "a folder with nothing in it": (
        "logs --data empty",
        DATA,
        "nothing to read in empty: looked for journal fragments",
        TRY_DEMO,
    ),
    "a folder that is not the demo's": (
        "demo mine",
        DATA,
        "mine holds files that ops demo did not make",
        "ops demo NEW-FOLDER",
    ),
    "a file where a folder should be": ("demo data/a.jsonl", DATA, "data/a.jsonl", ""),
    "a folder that cannot be made": ("demo /dev/null/x", DATA, "/dev/null/x", ""),
}


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("command", "exit_code", "sentence", "hint"), FAILURES.values(), ids=list(FAILURES)
)
def test_a_failure_is_a_sentence_a_hint_and_an_exit_code(
    command: str, exit_code: ExitCode, sentence: str, hint: str
) -> None:
    done = run_ops(*command.split(" "))
    assert (done.stdout, done.exit_code) == (b"", exit_code)
    first, *more = done.stderr.splitlines()
    assert re.fullmatch(r"ops: error: .*[^.]", first)
    assert sentence in first
    assert [line for line in more if not line.startswith("ops: hint: ")] == []
    assert hint in " ".join(more)


@pytest.mark.parametrize("arguments", ["logs --bogus", "logs --tail -1", "logs -o yaml", "bogus"])
def test_a_command_line_that_cannot_be_read_is_usage(arguments: str) -> None:
    done = run_ops(*arguments.split())
    assert (done.stdout, done.exit_code) == (b"", ExitCode.USAGE)
    assert "ops: hint: usage: ops" in done.stderr


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("text", ["data = [", "data = 7", "data = [1]"])
def test_a_config_file_that_cannot_be_read_is_named(text: str, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(text)
    done = run_ops("logs", env={"OPS_CONFIG": str(config)})
    assert (done.stdout, done.exit_code) == (b"", ExitCode.USAGE)
    assert str(config) in done.stderr
    assert 'data = ["/folder"]' in done.stderr


@pytest.mark.usefixtures("here")
def test_what_a_terminal_would_obey_is_shown_in_a_sentence() -> None:
    done = run_ops("logs", "\x1b[31mred\n\u202e", "--data", "data")
    assert "\\u001b[31mred\\u000a\\u202e" in done.stderr
    assert done.exit_code == ExitCode.USAGE


def test_the_engine_fails_in_one_sentence_without_the_name_of_its_class() -> None:
    with opened() as engine, pytest.raises(QueryFailed) as failure:
        engine.rows("relations/check_pattern.sql", pattern="(")
    assert failure.value.sentence.startswith("missing )")
    assert "\n" not in failure.value.sentence


def subclasses(parent: type[OpsError]) -> Iterator[type[OpsError]]:
    for child in parent.__subclasses__():
        yield child
        yield from subclasses(child)


def every_error() -> dict[str, type[OpsError]]:
    """All errors of the package, whichever module they live in."""
    for module in pkgutil.walk_packages(flowctl_ops.__path__, "flowctl_ops."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    ours = (kind for kind in subclasses(OpsError) if kind.__module__.startswith("flowctl_ops."))
    return {kind.__name__: kind for kind in ours}


EXIT_CODES = {
    "UsageError": ExitCode.USAGE,
    "UnknownTask": ExitCode.USAGE,
    "UnknownName": ExitCode.USAGE,
    "NotATask": ExitCode.USAGE,
    "StatementRefused": ExitCode.USAGE,
    "StatementFailed": ExitCode.USAGE,
    "DataError": ExitCode.DATA,
    "NothingFound": ExitCode.DATA,
    "CannotWrite": ExitCode.DATA,
    "DemoFolderNotEmpty": ExitCode.DATA,
    "Unreadable": ExitCode.DATA,
    "QueryFailed": ExitCode.DATA,
    "OutOfRoom": ExitCode.DATA,
    "Interrupted": ExitCode.INTERRUPTED,
}


def test_every_error_has_the_exit_code_that_scripts_rely_on() -> None:
    """A new error belongs into this table, and into the tree at the head of `errors.py`."""
    assert {name: kind.exit_code for name, kind in every_error().items()} == EXIT_CODES


def test_the_tree_at_the_head_of_the_errors_names_each_with_its_exit_code() -> None:
    tree = errors.__doc__ or ""
    here = {name for name, kind in every_error().items() if kind.__module__ == errors.__name__}
    assert set(re.findall(r"[├└]── (\w+)", tree)) == here
    for name, code in re.findall(r"── (\w+) +exit (\d+)", tree):
        assert EXIT_CODES[name] == int(code)


def boundary(failure: BaseException) -> tuple[str, str, int]:
    """What leaves an app in which a command raises: stdout, stderr, exit code."""
    app = typer.Typer(cls=Boundary)

    @app.command("fail")
    def fail() -> None:
        raise failure

    @app.command("other")
    def other() -> None: ...

    result = CliRunner().invoke(app, ["fail"], catch_exceptions=False)
    return result.stdout, result.stderr, result.exit_code


OTHER_PLACE = "ops: hint: make it readable or writable, make room, or name another place\n"
BOUNDARY: dict[str, tuple[BaseException, str, int]] = {
    "a hint": (OpsError("it rained", "wait"), "ops: error: it rained\nops: hint: wait\n", 3),
    "the engine": (
        QueryFailed("out of memory"),
        "ops: error: out of memory\nops: hint: ops doctor tells what the data holds\n",
        3,
    ),
    "no memory": (
        MemoryError(),
        "ops: error: memory ran out\nops: hint: ask for fewer names or a shorter time\n",
        3,
    ),
    "a file": (
        PermissionError(13, "Permission denied", b"/x"),
        f"ops: error: /x: permission denied\n{OTHER_PLACE}",
        3,
    ),
    "no current folder": (
        FileNotFoundError(2, "No such file or directory"),
        f"ops: error: the current folder: no such file or directory\n{OTHER_PLACE}",
        3,
    ),
    "an interrupt of ours": (Interrupted(), "", 130),
    "an interrupt of Python's": (KeyboardInterrupt(), "", 130),
}


@pytest.mark.parametrize(("failure", "stderr", "exit_code"), BOUNDARY.values(), ids=list(BOUNDARY))
def test_one_boundary_knows_every_error(
    failure: BaseException, stderr: str, exit_code: int
) -> None:
    assert boundary(failure) == ("", stderr, exit_code)


def test_a_bug_is_not_made_to_look_like_a_failure_of_the_user() -> None:
    with pytest.raises(ZeroDivisionError):
        boundary(ZeroDivisionError())
