"""What the tasks of the demo publish to their stats journals, and how it is sequenced.

Source: FORMATS §3; Gazette message/sequencer.go.
"""

from __future__ import annotations

from heapq import merge
from operator import itemgetter
from random import Random
from typing import TYPE_CHECKING

from flowctl_ops.demo.failures import failures
from flowctl_ops.demo.movements import Movement, body
from flowctl_ops.demo.plan import DAY_US, SECOND_US, START_US
from flowctl_ops.demo.times import stamp
from flowctl_ops.demo.uuids import ACK_TXN, CONTINUE_TXN, OUTSIDE_TXN, Producer, unix_us

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowctl_ops.demo.catalog import Task
    from flowctl_ops.demo.failures import Failure
    from flowctl_ops.demo.journals import Entry
    from flowctl_ops.demo.plan import DemoPlan

STALLED_TASK = 7  # up, but it moves nothing in the last day
ROLLED_BACK = 40  # one transaction in so many is rolled back, and then tried again
DOUBLED = 8  # one in so many is followed by another within the minute
BEHIND_BYTES = 50_000_000  # after a failure


def stats_entries(task: Task, plan: DemoPlan) -> Iterator[Entry]:
    """Give every append to the task's stats journal, in order."""
    failed = failures(task, plan)
    streams = [_transactions(task, plan, failed, key_begin) for key_begin in task.shards]
    if task.era != "A":
        streams += [_usage(task, plan, failed, key_begin) for key_begin in task.shards]
    return merge(*streams, key=itemgetter(0))


def _transactions(
    task: Task, plan: DemoPlan, failed: tuple[Failure, ...], key_begin: str
) -> Iterator[Entry]:
    outages = list(failed)
    publisher = _Publisher(task, key_begin)
    last, behind, up_us = -1, 0, START_US
    for moved in _movements(task, plan, key_begin):
        while outages and outages[0].at_us <= moved.opened_us:
            outage = outages.pop(0)
            yield publisher.crash(moved._replace(opened_us=outage.at_us - 2 * SECOND_US))
            behind, up_us = BEHIND_BYTES, outage.restart_us
        if moved.opened_us >= up_us:
            caught_up = moved._replace(windows=moved.number - last, behind=behind)
            yield from _attempts(publisher, caught_up, retried=_opens_a_day(plan, moved))
            last, behind = moved.number, behind // 2


def _movements(task: Task, plan: DemoPlan, key_begin: str) -> Iterator[Movement]:
    rng = Random(f"{plan.seed}/stats/{task.name}/{key_begin}")
    every_us = plan.stats_every_s * SECOND_US
    until_us = plan.end_us - (DAY_US if task.index == STALLED_TASK else 0)
    for number, window_us in enumerate(range(START_US, until_us, every_us)):
        opened_us = window_us + number * 7_919_017 % (every_us * 3 // 10)
        open_us = int((0.2 + rng.random()) * SECOND_US)
        yield Movement(opened_us, open_us, number, windows=1, behind=0)


def _opens_a_day(plan: DemoPlan, moved: Movement) -> bool:
    return plan.oddities and moved.opened_us % DAY_US < plan.stats_every_s * SECOND_US


def _attempts(publisher: _Publisher, moved: Movement, *, retried: bool) -> Iterator[Entry]:
    if moved.number % ROLLED_BACK == ROLLED_BACK // 2 and publisher.committed:
        yield from publisher.roll_back(moved)
        moved = moved._replace(opened_us=moved.opened_us + 2 * SECOND_US)
    yield from publisher.commit(moved, retried=retried)
    if moved.number % DOUBLED == 0:
        again = moved._replace(opened_us=moved.opened_us + 4 * SECOND_US, windows=1)
        yield from publisher.commit(again, retried=False)


class _Publisher:
    """Publishes the transactions of a shard; each of its processes is a new producer."""

    def __init__(self, task: Task, key_begin: str) -> None:
        self.task = task
        self.key_begin = key_begin
        self.shard = task.shard(key_begin)
        self.processes = 0
        self.restart()

    def restart(self) -> None:
        """Begin as a new process, of which no reader has heard."""
        self.processes += 1
        self.committed = 0  # 100 ns ticks of its last commit
        self.producer = Producer(f"{self.task.name}/stats/{self.processes}/{self.key_begin}")

    def commit(self, moved: Movement, *, retried: bool) -> Iterator[Entry]:
        """Publish a document and acknowledge it; a retried append leaves it there twice."""
        at_us, line, _ = self._document(moved)
        yield at_us, line, True
        if retried:
            yield at_us, line, False
        clock = self.producer.tick(at_us + SECOND_US)
        yield unix_us(clock), self._acknowledgement(clock), False
        self.committed = clock

    def roll_back(self, moved: Movement) -> Iterator[Entry]:
        """Publish a document, and then take it back: acknowledge the last commit again."""
        at_us, line, _ = self._document(moved)
        yield at_us, line, False
        yield at_us + 1, self._acknowledgement(self.committed), False

    def crash(self, moved: Movement) -> Entry:
        """Publish a document that is never acknowledged, and die."""
        pending = self._document(moved)
        self.restart()
        return pending

    def _document(self, moved: Movement) -> Entry:
        clock = self.producer.tick(moved.opened_us + moved.open_us)
        uuid = self.producer.uuid(clock, CONTINUE_TXN)
        members = f'"shard":{self.shard},{body(self.task, moved)}'
        return unix_us(clock), f'{{"_meta":{{"uuid":"{uuid}"}},{members}}}\n'.encode(), False

    def _acknowledgement(self, clock: int) -> bytes:
        uuid = self.producer.uuid(clock, ACK_TXN)
        if self.task.era == "A":
            return f'{{"_meta":{{"uuid":"{uuid}","ack":true}}}}\n'.encode()
        if self.task.era == "C":
            hints = "" if self.committed else f',"hints":[{{"journal":"{self.task.name}"}}]'
            return f'{{"_meta":{{"uuid":"{uuid}"}},"is_ack":true{hints}}}\n'.encode()
        meta = f'"{uuid}"' if self.task.kind == "capture" else f'{{"uuid":"{uuid}"}}'
        return f'{{"_meta":{meta},"ack":true}}\n'.encode()


def _usage(
    task: Task, plan: DemoPlan, failed: tuple[Failure, ...], key_begin: str
) -> Iterator[Entry]:
    """Say how long a shard was up, by the producer of its logs and outside of transactions."""
    every_us = plan.stats_every_s * SECOND_US
    rate = "" if task.kind == "derivation" else ',"usageRate":1'
    members = f'"interval":{{"uptimeSeconds":{plan.stats_every_s}{rate}}}'
    outages, process = list(failed), 1
    producer = Producer(f"{task.name}/logs/1/{key_begin}", 1)
    for at_us in range(START_US + every_us, plan.end_us, every_us):
        while outages and outages[0].restart_us <= at_us - every_us:
            outages.pop(0)
            process += 1
            producer = Producer(f"{task.name}/logs/{process}/{key_begin}", 1)
        if not outages or outages[0].at_us > at_us:
            clock = producer.tick(at_us + at_us // SECOND_US % 1009)
            meta = f'"_meta":{{"uuid":"{producer.uuid(clock, OUTSIDE_TXN)}"}}'
            line = f'{{{meta},"shard":{task.shard(key_begin)},"ts":"{stamp(at_us)}",{members}}}\n'
            yield unix_us(clock), line.encode(), True
