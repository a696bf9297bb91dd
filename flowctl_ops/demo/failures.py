"""When the tasks of the demo fail, why, and when they are back."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from flowctl_ops.demo.messages import CAUSES
from flowctl_ops.demo.plan import DAY_US, HOUR_US, SECOND_US, START_US

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowctl_ops.demo.catalog import Task
    from flowctl_ops.demo.plan import DemoPlan

BROKEN_AT_THE_END = 3  # the task that is still failing when the data ends


@dataclass(frozen=True)
class Failure:
    """A shard stops at `at_us` and runs again from `restart_us`."""

    at_us: int
    restart_us: int
    connector: str
    """Body of the line that the connector writes before it exits."""
    error: str


def failures(task: Task, plan: DemoPlan) -> tuple[Failure, ...]:
    """Give the failures of a task in order: some incidents, each a crash loop."""
    if task.kind == "derivation" and task.index % 2:
        return ()
    rng = Random(f"{plan.seed}/failures/{task.name}")
    count = max(1, round(plan.days / 3))
    every_us = plan.days * DAY_US / count
    found = [
        failure
        for number in range(count)
        for failure in _incident(task, START_US + int(every_us * (number + rng.random() / 2)), rng)
    ]
    if task.index == BROKEN_AT_THE_END:
        found += _incident(task, max(START_US, plan.end_us - HOUR_US // 3), rng, restarts=5)
    return tuple(found)


def _incident(task: Task, at_us: int, rng: Random, restarts: int = 0) -> Iterator[Failure]:
    causes = CAUSES[task.kind]
    connector, error = causes[int(rng.random() * len(causes))]
    for attempt in range(restarts or 1 + int(rng.random() * 3)):
        restart_us = at_us + (60 << attempt) * SECOND_US
        yield Failure(at_us, restart_us, connector, error)
        at_us = restart_us + int((20 + 20 * rng.random()) * SECOND_US)


def down(failed: tuple[Failure, ...], since_us: int, until_us: int) -> tuple[Failure, ...]:
    """Those that keep the task down at some time between two."""
    return tuple(f for f in failed if f.at_us < until_us and f.restart_us > since_us)
