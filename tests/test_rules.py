"""Texts of thresholds, and the rules of TOML files."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowctl_ops import rules
from flowctl_ops.errors import UsageError
from flowctl_ops.rules import Rule
from tests.cli import Completed, run_ops
from tests.documents import HOUR, NOW_TEXT, failed, log, save, up, wrote

S = 1_000_000_000
READ = {
    ("max-failures", "3/8h"): (3, 8 * 3600 * S),
    ("max-failures", " 0 / 1h30m "): (0, 5400 * S),
    ("max-errors", "10/1d"): (10, 86_400 * S),
    ("stalled", "2h"): (0, 7200 * S),
    ("max-lag", "1.5m"): (0, 90 * S),
    ("max-age", "1w"): (0, 7 * 86_400 * S),
    ("max-behind", "1GB"): (1_000_000_000, 1),
    ("max-behind", "1.5 GiB"): (1_610_612_736, 1),
    ("max-behind", "500"): (500, 1),
    ("max-behind", "2k"): (2000, 1),
}
REFUSED = [
    ("max-failures", "3"),
    ("max-failures", "/8h"),
    ("max-failures", "-1/8h"),
    ("max-failures", "3/8"),
    ("max-failures", "3/0h"),
    ("max-errors", "1e3/1h"),
    ("stalled", "2"),
    ("stalled", ""),
    ("stalled", "2 hours"),
    ("stalled", "9999999999w"),
    ("max-lag", "-5m"),
    ("max-behind", "1XB"),
    ("max-behind", "GB"),
    ("max-behind", "99999999EB"),
]


@pytest.mark.parametrize(("asked", "read"), READ.items(), ids=map(str, READ))
def test_a_threshold_is_read(asked: tuple[str, str], read: tuple[int, int]) -> None:
    rule = rules.parsed(*asked)
    assert (rule.most, rule.span_ns) == read


@pytest.mark.parametrize(("name", "text"), REFUSED, ids=map(str, REFUSED))
def test_what_is_no_threshold_is_refused_with_an_example(name: str, text: str) -> None:
    with pytest.raises(UsageError) as refused:
        rules.parsed(name, text)
    assert refused.value.hint == f"write it as {name} {rules.EXAMPLES[name]}"
    done = run_ops("check", f"--{name}={text}")
    assert (done.exit_code, done.stdout) == (2, b"")
    assert rules.EXAMPLES[name] in done.stderr


def test_what_is_typed_replaces_what_files_say_of_it() -> None:
    typed = [Rule("", "stalled", 0, 5)]
    of_files = [Rule("a/", "stalled", 0, 7), Rule("a/", "max-lag", 0, 9)]
    assert rules.together(typed, of_files) == [typed[0], of_files[1]]
    assert rules.together([], of_files) == of_files
    assert rules.together([], []) == [rules.FLOWS_OWN]


def check(folder: Path, said: str, *options: str) -> Completed:
    file = folder / "rules.toml"
    file.write_text(said)
    documents = [
        *(document for task in ("a/b", "a/c/d") for document in made(task)),
        *(failed(minutes, task="a/c/d") for minutes in (30, 20, 10)),
    ]
    data = save(folder / "data.jsonl", documents)
    return run_ops("check", "--rules", str(file), *options, "-d", str(data), "--now", NOW_TEXT)


def made(task: str) -> list[dict[str, object]]:
    return [
        wrote(30 * HOUR, task=task),
        wrote(5, task=task),
        up(5, task=task),
        log(9, "error", "no", task=task),
    ]


ERRORS = '[[check]]\nprefix = "a/"\nmax-errors = "0/1h"\n'
TOLERANT = '[[check]]\nprefix = "a/c/"\nmax-errors = "5/1h"\n'
ONCE = 'condition = { failures = 1, per = "1h" }'
FILES = {
    "a rule for all": ('[[check]]\nmax-errors = "0/1h"\n', {"a/b", "a/c/d"}),
    "a rule for a prefix": ('[[check]]\nprefix = "a/c/"\nmax-errors = "0/1h"\n', {"a/c/d"}),
    "the longest prefix wins": (
        ERRORS + TOLERANT,
        {"a/b"},
    ),
    "whatever its place": (
        TOLERANT + ERRORS,
        {"a/b"},
    ),
    "Flow's own key": (
        '[[check]]\nshardFailed.condition.failures = 3\nshardFailed.condition.per = "1h"\n',
        {"a/c/d"},
    ),
    "Flow's own key, of more failures": (
        '[[check]]\nshardFailed = { condition = { failures = 4, per = "1h" } }\n',
        set(),
    ),
    "Flow's own key, switched off": (
        f'[[check]]\nshardFailed = {{ enabled = false, {ONCE} }}\nmax-errors = "9/1h"\n',
        set(),
    ),
    "a chronic failure": (
        '[[check]]\ntaskChronicallyFailing.condition.failingFor = "25m"\nmax-age = "9d"\n',
        set(),
    ),
}


@pytest.mark.parametrize(("said", "found"), FILES.values(), ids=list(FILES))
def test_rules_of_a_file_count_by_prefix(tmp_path: Path, said: str, found: set[str]) -> None:
    done = check(tmp_path, said, "-o", "csv")
    assert done.exit_code == (1 if found else 0), done.stderr
    assert {line.split(",")[2] for line in done.stdout.decode().splitlines()[1:]} == found


def test_what_is_typed_goes_before_a_file(tmp_path: Path) -> None:
    done = check(tmp_path, '[[check]]\nmax-errors = "0/1h"\n', "--max-errors", "5/1h")
    assert done.exit_code == 0


BAD_FILES = {
    "an unknown key": ('[[check]]\nprefix = "a/"\nmax-error = "1/1h"\n', "line 3"),
    "a bad value": ('[[check]]\nstalled = "long"\n', "line 2"),
    "a prefix that is none": ("[[check]]\nprefix = 3\n", "line 2"),
    "no such table": ('\n[[checks]]\nstalled = "1h"\n', "line 2"),
    "a key that is not Flow's": (
        "[[check]]\nshardFailed.condition.fails = 3\n",
        "shardFailed",
    ),
    "a key of Flow's that is missing": ("[[check]]\nshardFailed.condition.failures = 3\n", "per"),
    "no table": ("check = 3\n", "line 1"),
    "no TOML": ("[[check]\n", "line 1"),
}


@pytest.mark.parametrize(("said", "named"), BAD_FILES.values(), ids=list(BAD_FILES))
def test_a_bad_file_is_refused_by_its_line(tmp_path: Path, said: str, named: str) -> None:
    done = check(tmp_path, said)
    assert (done.exit_code, done.stdout) == (2, b"")
    assert named in done.stderr
    assert "hint: " in done.stderr


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    done = run_ops("check", "--rules", str(tmp_path / "no.toml"))
    assert done.exit_code == 2
    assert "no.toml" in done.stderr


def test_rules_may_stand_in_the_config_file(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[[check]]\nmax-errors = "0/1h"\n')
    data = save(tmp_path / "data.jsonl", made("a/b"))
    env = {"OPS_CONFIG": str(config)}
    assert run_ops("check", "-d", str(data), "--now", NOW_TEXT, env=env).exit_code == 1
