"""The catalogue knows each failure of the demo, and the cause that its connector gives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flowctl_ops.demo import DemoPlan, write
from flowctl_ops.demo.messages import CAUSES
from tests.catalogue.test_messages import found
from tests.cli import run_ops

GENERIC = "shard-failed"  # of which all that is known is that the cause stands elsewhere
VALUES = {"n": 7, "small": 3, "ms": 40, "hex": "0AF", "table": "orders"}
TEXTS = {
    f"{kind} {number}": tuple(text % VALUES for text in texts)
    for kind, causes in CAUSES.items()
    for number, texts in enumerate(causes)
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    write(folder, DemoPlan(rate=1, exports=False, oddities=False))
    return folder


def rows(*asked: str) -> Iterator[dict[str, Any]]:
    for line in run_ops(*asked, "--json").stdout.splitlines():
        yield json.loads(line)


@pytest.mark.parametrize(("said", "failure"), TEXTS.values(), ids=list(TEXTS))
def test_a_cause_that_the_demo_can_have_is_known(said: str, failure: str) -> None:
    line = json.loads("{" + said + "}")
    cause = found(line["message"], line["fields"]["error"])
    assert cause is not None
    assert cause.id != GENERIC
    told = found("shard failed", json.loads(f'"{failure}"'))
    assert told is not None
    assert told.id in {cause.id, GENERIC}


def test_every_failure_of_the_demo_is_explained(demo: Path) -> None:
    failures = list(rows("sql", "SELECT task, error FROM failures", "-d", str(demo)))
    incidents = [
        incident
        for task in sorted({row["task"] for row in failures})
        for incident in rows("explain", task, "--all", "--alone", "-d", str(demo), "--now", "last")
    ]
    assert sum(incident["failures"] for incident in incidents) == len(failures) > 20
    for incident in incidents:
        assert incident["message_id"] not in {None, GENERIC}, incident["cause"]
        assert incident["meaning"]
        assert incident["action"]
        assert incident["source"]
