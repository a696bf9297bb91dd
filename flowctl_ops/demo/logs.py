"""What the tasks of the demo log: ordinary lines, rarities, failures and restarts."""

from __future__ import annotations

from functools import cache
from heapq import merge
from itertools import groupby, islice
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from flowctl_ops.demo.failures import BROKEN_AT_THE_END, down, failures
from flowctl_ops.demo.messages import CHANGES, ERRORS, NOISE, ODDITIES, ORDINARY, RARITIES, SHARED
from flowctl_ops.demo.movements import LOAD
from flowctl_ops.demo.plan import DAY_US, HOUR_US, SECOND_US, START_US
from flowctl_ops.demo.times import stamp
from flowctl_ops.demo.uuids import OUTSIDE_TXN, Producer, unix_us

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowctl_ops.demo.catalog import Task
    from flowctl_ops.demo.failures import Failure
    from flowctl_ops.demo.journals import Entry
    from flowctl_ops.demo.plan import DemoPlan

OF_CAPTURES = "connectorStatus"
LEVELS = ("error", "warn", "info", "debug", "trace")
SHARE = {"capture": 1.5, "derivation": 0.5, "materialization": 1.0}
TABLES = ("orders", "customers", "line_items", "payments", "refunds", "products", "stock", "visits")
ODD_TASK = 3
RETRIED = 3


class Event(NamedTuple):
    """A line before it has its envelope; `ts` stands in for the time at which it was published."""

    at_us: int
    level: str
    body: str
    ts: str = ""


def log_entries(task: Task, plan: DemoPlan) -> Iterator[Entry]:
    """Give every append to the task's logs journal, in order."""
    failed = failures(task, plan)
    events = merge(_ordinary(task, plan, failed), sorted(_story(task, plan, failed)))
    lines = map(_Envelope(task, failed).seal, events)
    return _retried(lines) if plan.oddities else lines


def _retried(lines: Iterator[Entry]) -> Iterator[Entry]:
    """Append the first lines of each day twice, as a client does that missed the answer."""
    for _, day in groupby(lines, lambda line: line[0] // DAY_US):
        rest = iter(day)
        first = list(islice(rest, RETRIED))
        yield from first
        yield from ((first[-1][0], line, False) for _, line, _ in first)
        yield from rest


def _ordinary(task: Task, plan: DemoPlan, failed: tuple[Failure, ...]) -> Iterator[Event]:
    rng = Random(f"{plan.seed}/logs/{task.name}")
    wheel = _wheel(task.kind, task.log_level)
    for since_us in range(START_US, plan.end_us, HOUR_US):
        hour_us = min(HOUR_US, plan.end_us - since_us)
        usual = plan.rate * SHARE[task.kind] * LOAD[since_us // HOUR_US % 24] / 100
        count = int(usual * hour_us / HOUR_US + rng.random())
        outages = down(failed, since_us, since_us + hour_us)
        for number in range(count):
            at_us = since_us + int((number + rng.random()) * hour_us / count)
            bits = rng.getrandbits(64)
            level, body = wheel[(bits >> 40) % len(wheel)]
            ts = stamp(at_us)[:19] + "Z" if bits % 64 == 0 else ""  # a connector's own, in seconds
            if not any(outage.at_us < at_us < outage.restart_us for outage in outages):
                yield Event(at_us, level, body % fill(bits, task), ts)


@cache
def _wheel(kind: str, log_level: str) -> list[tuple[str, str]]:
    published = LEVELS[: LEVELS.index(log_level) + 1]
    wheel = [
        (level, body)
        for weight, level, body in (*ORDINARY[kind], *SHARED)
        if level in published
        for _ in range(weight if level == "warn" else 3 * weight)
    ]
    return [*wheel, *(("error", ERRORS[kind]) for _ in range(kind == "capture"))]


def fill(bits: int, task: Task) -> dict[str, int | str]:
    """Choose what stands in the places of a template, all taken from 64 random bits."""
    return {
        "n": bits % 9973,
        "ms": bits >> 14 & 0x3FF,
        "small": 1 + (bits >> 24 & 7),
        "big": bits >> 27 & 0x3FFFFFFF,
        "hex": f"{bits:016x}",
        "table": TABLES[bits >> 61],
        "collection": task.collections[0],
    }


def _story(task: Task, plan: DemoPlan, failed: tuple[Failure, ...]) -> Iterator[Event]:
    rng = Random(f"{plan.seed}/story/{task.name}")
    yield _started(task, START_US)
    for day_us in range(START_US, plan.end_us, DAY_US):
        for level, body in RARITIES:
            if task.kind != "capture" and (level == "error" or OF_CAPTURES in body):
                continue  # so that some tasks are well; and only captures say how they are
            at_us = day_us + int(rng.random() * min(DAY_US, plan.end_us - day_us))
            if not down(failed, at_us, at_us + 1):
                yield Event(at_us, level, body % fill(rng.getrandbits(64), task))
    if plan.oddities and task.index == ODD_TASK:
        yield Event(START_US + 1, *ODDITIES[0], "2026-10-05T02:00:00.5+02:00")
        yield Event(START_US + 2, *ODDITIES[1], "0001-01-01T00:00:00Z")
    yield from _changes(task, plan, failed)
    for failure in failed:
        yield from _failed(task, plan, failure, fill(rng.getrandbits(64), task))


def _changes(task: Task, plan: DemoPlan, failed: tuple[Failure, ...]) -> Iterator[Event]:
    """Publish a new spec of the task that fails at the end, and read a table of the first anew."""
    if task.index == BROKEN_AT_THE_END and failed:
        first = next(failure for failure in failed if failure.at_us >= plan.end_us - HOUR_US)
        yield Event(max(first.at_us - HOUR_US // 12, START_US), *CHANGES[0])
    if task.index == 0:
        half_us = START_US + (plan.end_us - START_US) // 2
        yield Event(half_us, *CHANGES[1])
        yield Event(half_us + SECOND_US, *CHANGES[2])


def _failed(
    task: Task, plan: DemoPlan, failure: Failure, values: dict[str, int | str]
) -> Iterator[Event]:
    for attempt, second in enumerate((14, 11, 7, 4), start=1):
        noise = NOISE % {**values, "small": attempt}
        yield Event(failure.at_us - second * SECOND_US, "warn", noise)
    yield Event(failure.at_us - SECOND_US // 2, "error", failure.connector % values)
    error = failure.error % values
    fields = f'"error":"{error}","assignment":{_assignment(task)}'
    yield Event(failure.at_us, "error", f'"message":"shard failed","fields":{{{fields}}}')
    if failure.restart_us < plan.end_us:
        yield _started(task, failure.restart_us)


def _started(task: Task, at_us: int) -> Event:
    journals = f'"logsJournal":"{task.journal("logs")}","statsJournal":"{task.journal("stats")}"'
    labels = (
        f'{{"build":"{task.build}","hostname":"reactor-1","logLevel":"{task.log_level}",{journals},'
        f'"range":{{"keyEnd":4294967295,"rClockEnd":4294967295}},"taskName":"{task.name}"}}'
    )
    fields = f'"nextLabels":{labels},"prevLabels":{{}},"assignment":{_assignment(task)}'
    body = f'"message":"initialized catalog task term","fields":{{{fields}}}'
    return Event(at_us, "info", body)


def _assignment(task: Task) -> str:
    item = f'"ItemID":"{task.kind}/{task.name}/{task.build}/{task.shards[0]}-00000000"'
    return f'{{{item},"MemberZone":"local","MemberSuffix":"reactor-1","Slot":0}}'


class _Envelope:
    """Gives lines their UUID, shard and time; each process of a shard is a new producer."""

    def __init__(self, task: Task, failed: tuple[Failure, ...]) -> None:
        self.task = task
        self.starts = [START_US, *(failure.restart_us for failure in failed)]
        self.shards = [task.shard(key_begin) for key_begin in task.shards]
        self.started = 0
        self._start()

    def _start(self) -> None:
        self.started += 1
        name = f"{self.task.name}/logs/{self.started}"
        self.producers = [Producer(f"{name}/{key}", 1) for key in self.task.shards]

    def seal(self, event: Event) -> Entry:
        """Make the document; lines must come in the order of their time."""
        at_us, level, body, ts = event
        if self.started < len(self.starts) and at_us >= self.starts[self.started]:
            self._start()
        at = at_us // 7 % len(self.shards)
        producer = self.producers[at]
        clock = producer.tick(at_us + at_us % 977) + at_us % 10
        uuid = producer.uuid(clock, OUTSIDE_TXN)
        ts = ts or stamp(at_us, f"{at_us * 7919 % 1000:03}Z")
        tail = f",{body}" if body else ""
        line = (
            f'{{"_meta":{{"uuid":"{uuid}"}},"shard":{self.shards[at]},"ts":"{ts}",'
            f'"level":"{level}"{tail}}}\n'
        )
        return unix_us(clock), line.encode(), True
