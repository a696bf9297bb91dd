"""Journals shared out among workers: what they say together is what one `ops` says."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from flowctl_ops.demo import DemoPlan, write
from tests.cli import run_ops
from tests.engines.scripts import FOLDER, load

on_ray = load("on_ray")
QUESTIONS = [
    ("stats", "--grain", "all"),
    ("stats", "--since", "2026-10-05T12:00Z"),
    ("logs",),
]


@pytest.fixture(scope="module")
def journals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Journals of several tasks, all of them there twice."""
    folder = tmp_path_factory.mktemp("journals")
    write(folder, DemoPlan(tasks=6, days=1, rate=4, stats_every_s=3600))
    for copy in ("one", "two"):
        shutil.copytree(folder / "ops", folder / "both" / copy / "ops")
    return folder / "both"


def of_one(journals: Path, words: tuple[str, ...]) -> list[str]:
    every = ("--names", "all") if words[0] == "stats" else ()
    done = run_ops(*words, *every, "--json", "-q", "-d", str(journals))
    assert done.exit_code == 0, done.stderr
    return done.stdout.decode().split("\n")[:-1]


@pytest.mark.parametrize("words", QUESTIONS, ids=" ".join)
def test_two_processes_say_what_one_does(journals: Path, words: tuple[str, ...]) -> None:
    shares = on_ray.shards(str(journals), 2)
    assert len(shares) == 2
    with ThreadPoolExecutor() as pool:  # each starts an `ops` in a process of its own
        answers = list(pool.map(lambda share: on_ray.answer(share, words), shares))
    found = list(on_ray.merged(words, answers))
    expected = of_one(journals, words)
    assert len(expected) > 5
    assert sorted(found) == sorted(expected)
    if words[0] == "logs":
        assert [on_ray.time_of(line) for line in found] == [
            on_ray.time_of(line) for line in expected
        ]


def test_copies_of_a_journal_go_to_one_worker(tmp_path: Path) -> None:
    for copy in ("one", "two"):
        for task in ("a%2Fb", "a%2Fc", "a%2Fd", "a%2Fe"):
            folder = tmp_path / copy / "logs" / "kind=capture" / f"name={task}" / "pivot=00"
            folder.mkdir(parents=True)
            (folder / "x.json").touch()
    shares = on_ray.shards(str(tmp_path), 3)
    names = [{Path(folder).name for folder in share} for share in shares]
    assert sum(map(len, names)) == len(set.union(*names)) == 4
    assert sum(map(len, shares)) == 8


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (None, "nonsense"),
        ("nonsense", "0001-01-01T00:00:00Z"),
        ("1500-01-01T00:00:00Z", "1969-12-31T23:59:59.999999999Z"),
        ("2026-10-05T02:00:00.5+02:00", "2026-10-05T00:00:00.500000001Z"),
        ("2026-10-05T00:00:00Z", "2026-10-05T00:00:00.1Z"),
        ("2026-10-05T00:00:00Z", "9999-12-31T23:59:59Z"),
    ],
)
def test_times_go_in_order(earlier: str | None, later: str) -> None:
    assert on_ray.moment(earlier) <= on_ray.moment(later)


def test_sums_keep_flows_order_and_the_newest_time() -> None:
    parts = [
        {
            "readByMe": {"docsTotal": 2**63, "bytesTotal": 1},
            "lastPublishedAt": "2026-10-05T00:00:00Z",
        },
        {"writtenToMe": {"docsTotal": 1, "bytesTotal": 1}, "warnings": 3},
        {
            "readByMe": {"docsTotal": 1, "bytesTotal": 1},
            "lastPublishedAt": "2026-10-05T00:00:00.5Z",
        },
    ]
    row = {"catalogName": "a", "grain": "daily", "ts": "2026-10-05T00:00:00.000Z"}
    lines = [[json.dumps(row | {"statsSummary": part})] for part in parts]
    assert list(on_ray.merged(("stats",), lines)) == [
        (
            '{"catalogName":"a","grain":"daily","ts":"2026-10-05T00:00:00.000Z","statsSummary":'
            '{"readByMe":{"docsTotal":9223372036854775809,"bytesTotal":2},'
            '"writtenToMe":{"docsTotal":1,"bytesTotal":1},"warnings":3,'
            '"lastPublishedAt":"2026-10-05T00:00:00.5Z"}}'
        )
    ]


def test_the_script_runs_on_ray(journals: Path) -> None:
    pytest.importorskip("ray", reason="needs pip install 'flowctl-ops[ray]'")
    words = ("stats", "--grain", "daily")
    command = [sys.executable, str(FOLDER / "on_ray.py"), str(journals), *words]
    done = subprocess.run(command, capture_output=True, check=True)
    assert sorted(done.stdout.decode().split("\n")[:-1]) == sorted(of_one(journals, words))
