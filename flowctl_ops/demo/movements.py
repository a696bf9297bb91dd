"""The bodies of stats documents: how much one transaction moved, as each era's writer prints it.

Source: FORMATS §4.1 and §4.3; Flow ops-catalog stats.schema.yaml.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha1
from typing import TYPE_CHECKING, NamedTuple

from flowctl_ops.demo.plan import HOUR_US, SECOND_US
from flowctl_ops.demo.times import minute, stamp

if TYPE_CHECKING:
    from flowctl_ops.demo.catalog import Task

# Activity in an hour of the day, in hundredths of the average: quiet nights, two peaks.
MORNING = (40, 35, 30, 30, 40, 55, 80, 110, 150, 170, 165, 150)
LOAD = (*MORNING, 120, 130, 160, 175, 170, 150, 125, 100, 75, 60, 45, 35)


class Movement(NamedTuple):
    """What one transaction is about; times are Unix microseconds."""

    opened_us: int
    open_us: int
    number: int
    """Tasks of one pipeline move the same documents in transactions of the same number."""
    windows: int
    """How many transactions' worth of documents it catches up with."""
    behind: int
    """Bytes that its sources are ahead."""


def body(task: Task, moved: Movement) -> str:
    """Print all of the document but its UUID and shard."""
    members = {"capture": _capture, "derivation": _derive, "materialization": _materialize}
    ts = _time(task, moved.opened_us)
    if task.era == "A":
        ts = f"{minute(moved.opened_us // SECOND_US // 60)}:00Z"
    counts = f'"txnCount":1,"openSecondsTotal":{moved.open_us / SECOND_US}'
    return f'"ts":"{ts}",{counts},{members[task.kind](task, moved)}'


def _capture(task: Task, moved: Movement) -> str:
    return f'"capture":{{{",".join(_captured(task, name, moved) for name in task.collections)}}}'


def _captured(task: Task, collection: str, moved: Movement) -> str:
    docs, size = _volume(collection, moved)
    left = f'"left":{_counts(0, 0)},' if task.era == "A" else ""
    counts = (
        f'{left}"right":{_counts(docs + docs // 9, size + size // 9)},"out":{_counts(docs, size)}'
    )
    return f'"{collection}":{{{counts}{_published(task, moved)}}}'


def _derive(task: Task, moved: Movement) -> str:
    transforms = ",".join(_transform(task, name, moved) for name in task.collections)
    docs, size = _volume(task.name, moved)
    registers = '"registers":{"createdTotal":0},' if task.era == "A" else ""
    out = f'"published":{_counts(docs * 2, size * 2)},"out":{_counts(docs, size)}'
    return f'"derive":{{{registers}"transforms":{{{transforms}}},{out}{_published(task, moved)}}}'


def _transform(task: Task, source: str, moved: Movement) -> str:
    docs, size = _volume(source, moved)
    name = f'"from_{source.rpartition("/")[2]}"'
    if task.era == "A":
        out = f'{{"out":{_counts(docs, size)},"secondsTotal":{moved.open_us / 2e6}}}'
        return f'{name}:{{"input":{_counts(docs, size)},"update":{out},"publish":{out}}}'
    return f'{name}:{{"source":"{source}","input":{_counts(docs, size)}{_lag(task, moved)}}}'


def _materialize(task: Task, moved: Movement) -> str:
    bindings = ",".join(_materialized(task, name, moved) for name in task.collections)
    return f'"materialize":{{{bindings}}}'


def _materialized(task: Task, collection: str, moved: Movement) -> str:
    docs, size = _volume(collection, moved)
    docs, size = docs // len(task.shards), size // len(task.shards)
    loaded, stored = _counts(docs // 3, size // 3), _counts(docs, size + size // 4)
    counts = f'"left":{loaded},"right":{_counts(docs, size)},"out":{stored}'
    return f'"{collection}":{{{counts}{_lag(task, moved)}}}'


def _published(task: Task, moved: Movement) -> str:
    if task.era != "C":
        return ""
    return f',"lastPublishedAt":"{_time(task, moved.opened_us + moved.open_us)}"'


def _lag(task: Task, moved: Movement) -> str:
    """Say how far a binding is behind: nothing in era A, and only the bytes, as text, in B."""
    if task.era == "A":
        return ""
    quote = '"' if task.era == "B" else ""
    behind = f',"bytesBehind":{quote}{moved.behind}{quote}' if moved.behind else ""
    if task.era == "B":
        return behind
    source_us = moved.opened_us - SECOND_US // 3 - moved.behind * 20
    return f'{behind},"lastSourcePublishedAt":"{_time(task, source_us)}"'


def _time(task: Task, at_us: int) -> str:
    return stamp(at_us, "+00:00" if task.era == "C" else "Z")


def _counts(docs: int, size: int) -> str:
    return f'{{"docsTotal":{docs},"bytesTotal":{size}}}'


def _volume(collection: str, moved: Movement) -> tuple[int, int]:
    """Documents and bytes, a function of the collection and the number of the transaction."""
    usual, document_bytes = _usual(collection)
    noise = 80 + moved.number * 2654435761 % 41
    load = LOAD[moved.opened_us // HOUR_US % 24]
    docs = 1 + usual * load * noise * moved.windows // 10_000
    return docs, docs * document_bytes


@cache
def _usual(collection: str) -> tuple[int, int]:
    digest = sha1(collection.encode()).digest()  # noqa: S324 (spreads names, protects nothing)
    return 50 + digest[0] * 4, 150 + digest[1]
