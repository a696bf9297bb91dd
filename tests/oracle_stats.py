"""Count committed stats and roll them up in plain Python, as Gazette and Flow do.

Like `oracle`, it knows nothing of the package. Source: FORMATS §3.3 (sequencing), §4.5 (roll-up);
DESIGN §4; estuary/flow ops-catalog/{catalog-stats.schema,stats.schema}.yaml and tests.flow.yaml.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import floor
from pathlib import Path
from typing import Any, NamedTuple

from tests.oracle import (
    STATS_MEMBERS,
    Line,
    Uuid,
    as_object,
    classify,
    instant,
    lines,
    parse,
    uuid_of,
)

OUTSIDE, CONTINUE, ACK = 0, 1, 2
Document = dict[str, Any]


class Message(NamedTuple):
    """A document of a line, and the UUID that sequences it."""

    line: Line
    document: Document
    uuid: Uuid | None

    @property
    def stream(self) -> str:
        """Say in what the message has its place: a journal, or a file that is no fragment."""
        return self.line.journal or self.line.path

    @property
    def clock(self) -> int:
        """Give the clock, zero without a UUID."""
        return self.uuid.clock if self.uuid else 0

    @property
    def flags(self) -> int:
        """Give the flags; what has no UUID stands by itself."""
        return self.uuid.flags if self.uuid else OUTSIDE


@dataclass
class Producer:
    """What Gazette's sequencer knows of one producer in one journal."""

    last: int
    """The clock of the newest commit."""
    pending: list[Message] = field(default_factory=list)

    def sequence(self, message: Message) -> list[Message]:
        """Take the next message of the journal; give what it commits, in order."""
        if message.flags == ACK:
            return self.acknowledge(message.clock)
        newest = max((queued.clock for queued in self.pending), default=self.last)
        if message.flags == CONTINUE:
            self.pending += [message] * (message.clock > newest)
            return []
        if message.clock <= self.last:
            return []
        self.last = message.clock
        self.pending.clear()
        return [message]

    def acknowledge(self, clock: int) -> list[Message]:
        """Commit what is pending up to a clock; roll all of it back at the last commit or below."""
        committed = [m for m in self.pending if m.clock <= clock] if clock > self.last else []
        self.last = clock
        self.pending.clear()
        return committed


def committed_stats(root: Path, *, uncommitted: bool = False) -> list[Document]:
    """Give the stats documents below a folder that count, each once."""
    return [message.document for message in counted(lines(root), uncommitted=uncommitted)]


def counted(found: Iterable[Line], *, uncommitted: bool = False) -> list[Message]:
    """Give the stats that count, in the order of commits, the same producer and clock once.

    `uncommitted` gives those as well that were rolled back or not acknowledged, in journal order.
    """
    return counted_of(list(messages(found)), uncommitted=uncommitted)


def counted_of(read: list[Message], *, uncommitted: bool = False) -> list[Message]:
    """Give of these messages the stats that count."""
    seen: set[tuple[str, int]] = set()
    kept = []
    for message in filter(is_data, read) if uncommitted else commits(read):
        key = key_of(message)
        if is_stats(message.document) and key not in seen:
            kept.append(message)
            seen |= {key} if message.clock else set()
    return kept


def messages(found: Iterable[Line]) -> Iterator[Message]:
    """Read the documents of lines."""
    for line in found:
        document = parse(line.text.strip(b" \t\r\n"))
        if isinstance(document, dict):
            yield Message(line, document, uuid_of(document))


def commits(read: list[Message]) -> Iterator[Message]:
    """Give what is committed.

    A file that is no fragment and holds nobody's acknowledgement was sequenced by whoever wrote it;
    what has no version 1 UUID, or clock zero, is committed by itself.
    """
    sequenced = {
        message.stream
        for message in read
        if message.uuid and (message.line.journal or message.flags == ACK)
    }
    producers: dict[tuple[str, str], Producer] = {}
    for message in read:
        key = (message.stream, message.uuid.producer if message.uuid else "")
        if message.stream in sequenced and message.clock:
            if is_data(message) or message.flags == ACK:
                first_seen = Producer(last=message.clock - 1)
                yield from producers.setdefault(key, first_seen).sequence(message)
        elif is_data(message):
            yield message


def left_out(found: Iterable[Line]) -> Counter[tuple[str | None, str]]:
    """Count by task and reason the stats that do not count, for whoever asks for all of them.

    Of what is committed anywhere, every other document of its producer and clock is a copy; of what
    is not, all but the first. That one was rolled back where its journal goes on with what ends its
    transaction, and is uncommitted where it does not.
    """
    read = list(messages(found))
    kept = {id(message) for message in counted_of(read)}
    committed = {key_of(message) for message in counted_of(read)}
    sequenced = {id(message) for message in commits(read)}
    seen: set[tuple[str, int]] = set()
    counts: Counter[tuple[str | None, str]] = Counter()
    for place, message in enumerate(read):
        if id(message) in kept or not is_data(message) or not is_stats(message.document):
            continue
        key, why = key_of(message), "uncommitted"
        if key in committed | seen:
            why = "copy"
        elif message.flags == CONTINUE and any(
            later.stream == message.stream
            and later.uuid
            and later.uuid.producer == key[0]
            and (later.flags == ACK or (later.flags == OUTSIDE and id(later) in sequenced))
            for later in read[place + 1 :]
        ):
            why = "rolled back"
        seen.add(key)
        counts[as_object(message.document.get("shard")).get("name"), why] += 1
    return counts


def key_of(message: Message) -> tuple[str, int]:
    """Give what makes two messages copies of each other; a message without a UUID has none."""
    return (message.uuid.producer, message.clock) if message.uuid else ("", 0)


def is_data(message: Message) -> bool:
    """Tell documents from acknowledgements and control messages, by flags."""
    return message.flags in (OUTSIDE, CONTINUE)


def is_stats(document: Document) -> bool:
    """Tell a stats document from logs, acknowledgements without a UUID, and the rest."""
    members = set(document)
    quiet = classify(document) == "quiet"
    return quiet and bool(members & STATS_MEMBERS) and not members & {"level", "message"}


# --- the roll-up -------------------------------------------------------------------------------

MAPS = ("capture", "materialize", "transforms")
SIDES = ("left", "right", "out", "input", "published")
SUMMED = ("docsTotal", "bytesTotal", "uptimeSeconds")
Summary = dict[str, Any]
Key = tuple[str, str, str]


def rollup(documents: Iterable[Document]) -> list[Document]:
    """Give Flow's catalog-stats of log and stats documents, by name, grain and time."""
    summaries: defaultdict[Key, Summary] = defaultdict(dict)
    task_stats: dict[Key, Document] = {}
    for document in documents:
        task = as_object(document.get("shard")).get("name")
        nanoseconds = instant(document.get("ts"))
        if not task or nanoseconds is None:
            continue
        is_log = bool({"level", "message"} & set(document))
        parts = log_summary(task, document) if is_log else stats_summaries(task, document)
        for grain, bucket in buckets(nanoseconds):
            for name, summary in parts:
                for row in (name, *prefixes(name)):
                    add(summaries[row, grain, bucket], summary)
            if not is_log:
                kinds = ("capture", "materialize", "derive", "interval")
                detail = {kind: document[kind] for kind in kinds if kind in document}
                reduce_into(task_stats.setdefault((task, grain, bucket), {}), detail)
    return [as_row(key, summaries[key], task_stats.get(key)) for key in sorted(summaries)]


def as_row(key: Key, summary: Summary, task_stats: Document | None) -> Document:
    """Write a catalog-stats document, the zeros of its summary left out."""
    name, grain, bucket = key
    kept = {member: value for member, value in summary.items() if value != 0}
    row: Document = {"catalogName": name, "grain": grain, "ts": bucket, "statsSummary": kept}
    return row if task_stats is None else row | {"taskStats": task_stats}


def buckets(nanoseconds: int) -> list[tuple[str, str]]:
    """Give the hour, the day and the month of a time in UTC, by their starts."""
    hour = datetime.fromtimestamp(nanoseconds // 10**9, UTC)
    day, month = hour.replace(hour=0), hour.replace(day=1, hour=0)
    grains = {"hourly": hour, "daily": day, "monthly": month}
    return [(grain, f"{at.isoformat()[:13]}:00:00.000Z") for grain, at in grains.items()]


def prefixes(name: str) -> list[str]:
    """Give `a/` and `a/b/` of `a/b/c`."""
    parts = name.split("/")
    return ["/".join(parts[:length]) + "/" for length in range(1, len(parts))]


def log_summary(task: str, log: Document) -> list[tuple[str, Summary]]:
    """Count an error, a warning, or a failure, which is no error besides."""
    if log.get("level") == "error":
        what = "failures" if log.get("message") == "shard failed" else "errors"
        return [(task, {what: 1})]
    return [(task, {"warnings": 1})] if log.get("level") == "warn" else []


def stats_summaries(task: str, stats: Document) -> list[tuple[str, Summary]]:
    """Give what a stats document adds to its task and to each collection it names."""
    mine: Summary = {"txnCount": count(stats.get("txnCount"))}
    parts = [(task, mine)]
    if "capture" in stats:
        for collection, binding in stats["capture"].items():
            add(mine, {"writtenByMe": traffic(binding.get("out"))})
            parts.append((collection, written_to(binding.get("out"), binding)))
    elif "materialize" in stats:
        for collection, binding in stats["materialize"].items():
            add(mine, {"readByMe": traffic(binding.get("right"))})
            parts.append((collection, {"readFromMe": traffic(binding.get("right"))}))
    elif "derive" in stats:
        derive = stats["derive"]
        mine["writtenByMe"] = traffic(derive.get("out"))
        parts.append((task, written_to(derive.get("out"), derive)))
        for transform in derive.get("transforms", {}).values():
            add(mine, {"readByMe": traffic(transform.get("input"))})
            if transform.get("source"):
                read = {"readFromMe": traffic(transform.get("input"))}
                parts.append((transform["source"], read))
    elif "interval" in stats:
        mine["usageSeconds"] = usage_seconds(stats["interval"])
    return parts


def written_to(out: Document | None, binding: Document) -> Summary:
    """Give what a collection received, and when it last did where the binding says so."""
    last = binding.get("lastPublishedAt")
    return {"writtenToMe": traffic(out)} | ({"lastPublishedAt": last} if last else {})


def traffic(side: Document | None) -> Summary:
    """Give documents and bytes as a pair; nothing where both are zero."""
    pair = {name: count((side or {}).get(name)) for name in ("docsTotal", "bytesTotal")}
    return pair if any(pair.values()) else {}


def count(value: Any) -> int:
    """Read a counter: a number, a number as text, or absent, which is zero."""
    return int(value or 0)


def usage_seconds(interval: Document) -> int:
    """Round uptime times rate to whole seconds, halves up as JavaScript does."""
    rate = interval.get("usageRate") or 0
    return floor(count(interval.get("uptimeSeconds")) * float(rate) + 0.5) if rate else 0


def add(total: Summary, part: Summary) -> None:
    """Add to a summary: counters are summed, pairs of counters too, times are the newest."""
    for member, value in part.items():
        if member == "lastPublishedAt":
            total[member] = newest(total.get(member), value)
        elif isinstance(value, dict):
            for name, number in value.items():
                pair = total.setdefault(member, {"docsTotal": 0, "bytesTotal": 0})
                pair[name] += number
        else:
            total[member] = total.get(member, 0) + value


def newest(before: str | None, now: str) -> str:
    """Give the later of two times."""
    return before if before and (instant(before) or 0) > (instant(now) or 0) else now


def reduce_into(total: Document, part: Document, *, names: bool = False) -> None:
    """Reduce a stats object into another as the annotations of Flow's schema say.

    Objects of the schema merge, counters are summed, `last…At` is the newest; whatever else is
    there takes its last value. `names` tells a map whose keys are names, all of them merged.
    """
    for member, value in part.items():
        before = total.get(member)
        merges = names or member in {*MAPS, *SIDES, "derive", "interval"}
        if merges and isinstance(value, dict):
            inner = total[member] = dict(before) if isinstance(before, dict) else {}
            reduce_into(inner, value, names=member in MAPS and not names)
        elif member in SUMMED:
            total[member] = count(before) + count(value)
        elif member.startswith("last") and member.endswith("At"):
            total[member] = newest(before, value)
        else:
            total[member] = value
