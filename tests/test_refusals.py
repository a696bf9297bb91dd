"""What is refused is refused alike: an exit code, a sentence, a hint, and nothing on stdout.

Every option of every command has a text that it refuses, or is named among those that take any.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from flowctl_ops.cli import COMMANDS, app_for
from flowctl_ops.errors import ExitCode
from tests.cli import run_ops
from tests.documents import TASK, failed, log, save, up, wrote

COMMAND_LINES: dict[str, list[str]] = {
    **{name: [name, "--data", "data"] for name in COMMANDS},
    "explain": ["explain", TASK, "--data", "data"],
    "sql": ["sql", "FROM logs", "--data", "data"],
    "publish": ["publish", "--task", TASK, "--kind", "capture", "--data", "published"],
    "materialize": ["materialize", "stored", "--data", "data"],
    "cache": ["cache", "show"],
    "demo": ["demo", "sample", "--tasks", "1", "--days", "1"],
}
REFUSED_TEXTS = {
    "names": "nobody/knows/it",
    "task": "nobody/knows/it",
    "kind": "connector",
    "data": "gone",
    "since": "someday",
    "until": "2026-13-45",
    "now": "soonish",
    "level": "loud",
    "tail": "-1",
    "grep": "(",
    "grep_all": "[",
    "where": "a",
    "fields": ",",
    "after": "x",
    "before": "-1",
    "context": "1.5",
    "output": "xml",
    "tz": "Mars/Base",
    "slack": "soon",
    "color": "sometimes",
    "grain": "weekly",
    "whose": "mine",
    "by": "size",
    "sort": "colour",
    "top": "0",
    "rate_hour": "dear",
    "rate_gb": "-1",
    "incident": "0",
    "max_failures": "many",
    "max_errors": "1/x",
    "stalled": "x",
    "max_lag": "x",
    "max_behind": "x",
    "max_age": "x",
    "rules_file": "gone.toml",
    "new_since": "someday",
    "statement": "DROP TABLE logs",
    "file": "gone.sql",
    "directory": "mine",
    "action": "burn",
    "tasks": "0",
    "days": "x",
    "rate": "inf",
    "seed": "1.5",
    "exit_after": "soon",
    "until_match": "(",
}
OF_ONE_COMMAND = {
    ("publish", "task"): "no name",
    ("explain", "task"): "nobody/knows/it",
}
TAKES_ANYTHING = {("publish", "command"), ("publish", "data")}
EXIT_CODES = {"data": ExitCode.DATA, "directory": ExitCode.DATA}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in: some data, and a folder of the user's own."""
    (tmp_path / "data").mkdir()
    save(tmp_path / "data/a.jsonl", [log(5), failed(3), wrote(4), up(2)])
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/thesis.txt").write_text("mine")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def parameters() -> Iterator[tuple[str, Any]]:
    """Give each parameter of each command that is no flag."""
    for name in COMMANDS:
        command = typer.main.get_group(app_for((name,))).commands[name]
        for parameter in command.params:
            if not getattr(parameter, "is_flag", False):
                yield name, parameter


PARAMETERS = {f"{name} {each.name}": (name, each) for name, each in parameters()}


def given(command: str, parameter: Any, text: str) -> list[str]:
    """Write a command line that gives one parameter this text."""
    line = COMMAND_LINES[command]
    if parameter.name == "data":
        line = line[:-2]
    if parameter.param_type_name == "option":
        return [*line, f"{max(parameter.opts, key=len)}={text}"]
    places = {"explain": 1, "sql": 1, "demo": 1, "materialize": 1, "cache": 1}
    if command in places and parameter.name != "names":
        return [text if at == places[command] else each for at, each in enumerate(line)]
    return [*line, "--", text]


def check(arguments: list[str], exit_code: int) -> None:
    """Run a command line that is refused."""
    done = run_ops(*arguments)
    assert (done.stdout, done.exit_code) == (b"", exit_code), done.stderr
    first, *more = done.stderr.splitlines()
    assert re.fullmatch(r"ops: error: .{8,}[^.\s]", first), done.stderr
    assert [line for line in more if line.startswith("ops: hint: ")], done.stderr
    assert all(line.startswith(("ops: hint: ", "  ")) for line in more), done.stderr


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(("command", "parameter"), PARAMETERS.values(), ids=list(PARAMETERS))
def test_every_option_refuses_with_a_sentence_and_a_hint(command: str, parameter: Any) -> None:
    name = parameter.name
    if (command, name) not in TAKES_ANYTHING:
        text = OF_ONE_COMMAND.get((command, name), REFUSED_TEXTS[name])
        check(given(command, parameter, text), EXIT_CODES.get(name, ExitCode.USAGE))


TOGETHER: dict[str, list[str]] = {
    "no such command": ["statistics"],
    "no such option": ["logs", "--colour"],
    "no such option of ops": ["--logs"],
    "an option without its value": ["logs", "--data"],
    "a task is missing": ["explain"],
    "two tasks": ["explain", "a/b", "c/d"],
    "a prefix is no task": ["explain", "acmeCo/", "--data", "data"],
    "--invert alone": ["logs", "--invert"],
    "--explain and a format": ["logs", "--explain", "--json"],
    "--follow and --reverse": ["logs", "--follow", "--reverse", "--data", "data"],
    "--follow and -C": ["logs", "--follow", "-C", "1", "--data", "data"],
    "--watch in a pipe": ["status", "--watch", "--data", "data"],
    "a folder among its files": ["materialize", "data/stored", "--data", "data"],
    "a folder that cannot be": ["materialize", "a\0b", "--data", "data"],
    "a NUL in a path": ["logs", "--data", "a\0b"],
    "no UTF-8": ["logs", "--grep", "\udcff"],
    "--by binding and --grain": ["stats", "--by", "binding", "--grain", "daily"],
    "--plot and --usage": ["stats", "--plot", "--usage"],
    "--plot and prefixes": ["stats", "--plot", "--names", "prefixes"],
    "a price without --usage": ["stats", "--rate-hour", "1"],
    "--usage of collections": ["stats", "--usage", "--names", "collections"],
    "bindings by failures": ["stats", "--by", "binding", "--sort", "failures"],
    "--rollup without a NAME": ["stats", "--rollup"],
    "--rollup and --by": ["stats", "acmeCo/", "--rollup", "--by", "kind"],
    "--by and --names": ["stats", "--by", "kind", "--names", "collections"],
    "what catalog_stats does not hold": [
        *("stats", "--print-sql", "--grain", "daily", "--sort", "newest", "--data", "data")
    ],
    "an empty window": ["status", "--since", "2030-01-01", "--now", "2029-01-01", "--data", "data"],
    "no statement": ["sql", " ; "],
    "two statements": ["sql", "FROM logs", "--file", "q.sql"],
    "two statements in one": ["sql", "FROM logs; FROM stats", "--data", "data"],
    "a column that is not there": ["sql", "SELECT nothing FROM logs", "--data", "data"],
    "a file of the user's": ["sql", "FROM 'data/a.jsonl'", "--data", "data"],
    "a setting": ["sql", "SET threads = 1", "--data", "data"],
    "a PIVOT": ["sql", "PIVOT logs ON level", "--data", "data"],
    "publishing nowhere": ["publish", "--task", "a/b", "--kind", "capture", "--quiet"],
    "publishing without a task": ["publish", "--kind", "capture"],
    "publishing both": ["publish", "--task", "a/b", "--kind", "capture", "--stats", "--", "true"],
    "publishing to two": ["publish", "--task", "a/b", "--kind", "capture", "--data", "a:b"],
}


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("arguments", TOGETHER.values(), ids=list(TOGETHER))
def test_what_cannot_be_together_is_refused_with_a_hint(arguments: list[str]) -> None:
    check(arguments, ExitCode.USAGE)


CONFIGS: dict[str, tuple[list[str], str]] = {
    "a key of the config file": (["logs"], "date = []\n"),
    "no TOML": (["logs"], "data = [\n"),
    "a path that is none": (["logs"], "data = [1]\n"),
    "messages that are no tables": (["explain", TASK], "messages = 1\n"),
    "a message without a meaning": (["explain", TASK], '[[messages]]\npattern = "x"\n'),
    "a cache that is no switch": (["logs"], "cache = 1\n"),
    "a size that is none": (["logs"], "cache_size = 4\n"),
    "a size of a cache that is none": (["logs"], 'cache = true\ncache_size = "much"\n'),
    "a key of a message": (["explain", TASK], '[[messages]]\npatern = "x"\n'),
    "a place of a message": (
        ["explain", TASK],
        '[[messages]]\npattern = "x"\nmeaning = "y"\nin = "z"\n',
    ),
    "a pattern": (["explain", TASK], '[[messages]]\npattern = "("\nmeaning = "y"\n'),
    "a key of a rule": (["check", "--rules"], '[[check]]\nmax-fail = "1/1h"\n'),
    "a threshold of a rule": (["check", "--rules"], '[[check]]\nmax-age = "x"\n'),
    "a prefix of a rule": (["check", "--rules"], "[[check]]\nprefix = 1\n"),
}


@pytest.mark.parametrize(("arguments", "text"), CONFIGS.values(), ids=list(CONFIGS))
def test_a_file_is_refused_with_a_hint(
    here: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], text: str
) -> None:
    file = here / "file.toml"
    file.write_text(text)
    if arguments[-1] == "--rules":
        arguments = [*arguments, str(file)]
    else:
        monkeypatch.setenv("OPS_CONFIG", str(file))
    data = [] if "data" in text or "date" in text else ["--data", "data"]
    check([*arguments, *data], ExitCode.USAGE)
