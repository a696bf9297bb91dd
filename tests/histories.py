"""Invent histories of ops documents, and lay one history out on disk in every shape of FORMATS.

A history is what tasks appended, in order. Each `write_*` puts one below a folder and gives nothing
back: what is there is read from the files, by the tool and by the oracle alike.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import accumulate, pairwise
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from urllib.parse import quote

import cramjam
import duckdb
from hypothesis import strategies as st

from tests.oracle import instant

HOUR = 3600
START = 1_714_514_400  # 2024-04-30T22:00:00Z: an hour later day and month change
GREGORIAN = 122_192_928_000_000_000  # from 1582-10-15 to 1970 in 100 ns

ACCENTED = "acmeCo/été/日次"
HUGE = "@@huge@@"
HUGE_NUMBER = b"102272023e800296"  # bare, as a generation id was printed: FORMATS §10


class Task(NamedTuple):
    """A task as `shard` and journal paths name it."""

    name: str
    kind: str


@dataclass(frozen=True)
class Entry:
    """A line that a task appended to its journal, and when (Unix seconds)."""

    task: Task
    appended: int
    text: bytes


History = list[Entry]

TASKS = [
    Task("acmeCo/source-postgres", "capture"),
    Task("acmeCo-test/v1.2/mat", "materialization"),
    Task("quo'te/x y", "capture"),
    Task(ACCENTED, "derivation"),
    Task("solo", "capture"),
]

# --- documents ---------------------------------------------------------------------------------

PRODUCERS = ["0b1c2d3e4f50", "9900aabbccdd", "abcdefabcdef"]
NO_UUIDS: list[Any] = [
    None,
    {},
    {"uuid": "DocUUIDPlaceholder-329Bb50aa48EAa9ef"},
    {"uuid": "[uuid]"},
    {"uuid": "7f0c1d2e-3b4a-4c5d-8e6f-0123456789ab"},
    {"uuid": "00000000-0000-1000-8000-0b1c2d3e4f50"},
]
FRACTIONS = [0, 1, 123_000_000, 123_456_000, 123_456_788, 123_456_789, 500_000_000, 999_999_999]
OFFSETS = {"Z": 0, "+00:00": 0, "+02:00": 2 * HOUR, "-05:30": -(5 * HOUR + HOUR // 2)}
ODD_TIMES: list[Any] = [None, "", "[ts]", "2024-13-45T00:00:00Z"]
FAR_TIMES = ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00+00:00", "9999-12-31T23:59:59.999999Z"]
LEVELS = ["error", "warn", "info", "info", "debug", "trace", "fatal", "Info", ""]
MESSAGES = [
    "shard failed",
    "a debug line that is a warning",
    "",
    "\tgoroutine 1 [running]:\nmain.main()\n\t/src/main.go:7",
    "\x1b[31mred\x1b[0m [bold]markup[/bold] \u202eevil\u2066",
    "naïve 日本語 🎉 \u0000 nul \u2028 separator",
    '{"level":"error","message":"quoted"}',
    "=HYPERLINK(\"http://example.com\"), 'x'; DROP TABLE logs",
    "null",
    'a, "b"\r\nc',
]  # fmt: skip
FIELDS: list[Any] = [
    None,
    {},
    {"error": "pq: couldn't connect", "attempt": 3},
    {"error": {"code": 7}, "attempt": "three", "level": "info", "_meta": {"uuid": "no"}},
    {"ack": True, "ts": "2020-01-01T00:00:00Z", "message": "inner", "type": "object"},
    {"collection_generation_id": HUGE, "big": 2**70, "tiny": 1e-7, "n": -0.0},
    {"a.b/c": [1, None, {"é": "\u0000"}], "": "empty key", "nested": {"x": {"y": []}}},
    {"eventType": "connectorStatus"},
]
SPANS = [
    [{"ts": "2022-11-20T17:46:36.1Z", "level": "error", "message": "span", "fields": {"n": 42}}]
]
FOREIGN = [
    b'{"hi": 32}',
    b"{}",
    b'["level","message"]',
    b'"a string"',
    b"17",
    b"plain text, not JSON",
    b'{"ts":"2024-05-01T00:00:00Z","level":"info","message":"cut o',
    b'{"ts":"2024-05-01T00:00:00Z","level":"info","message":"then garbage"} trailing',
    b'{"ts":"2024-05-01T00:00:00Z","level":"info","message":"\xff\xfe"}',
    b'{"fence":1,"level":"debug","msg":"Acknowledge finished","time":"2022-11-20T17:46:37Z"}',
]


def uuid_text(producer: str, clock: int, flags: int) -> str:
    """Write a version 1 UUID of a clock: 60 bits of 100 ns since 1582, 4 of sequence."""
    time = clock >> 4
    bits = 0x8000 | (clock & 15) << 10 | flags
    low, middle, high = time & 0xFFFFFFFF, time >> 32 & 0xFFFF, time >> 48
    return f"{low:08x}-{middle:04x}-1{high:03x}-{bits:04x}-{producer}"


def clock_at(seconds: int, ticks: int = 0) -> int:
    """Give the clock of a Unix time, some microseconds and sequence steps later."""
    return (GREGORIAN + seconds * 10**7) * 16 + ticks


def dumps(members: dict[str, Any], pick: Random) -> bytes:
    """Write JSON as no two builds do: any key order, compact or spaced, escaped or not."""
    keys = list(members)
    pick.shuffle(keys)
    ordered = {key: members[key] for key in keys}
    ascii_only = pick.choice([True, False])
    separators = pick.choice([(",", ":"), (", ", ": "), (" , ", " : ")])
    text = json.dumps(ordered, ensure_ascii=ascii_only, separators=separators).encode()
    return text.replace(f'"{HUGE}"'.encode(), HUGE_NUMBER)


def time_text(nanoseconds: int, pick: Random) -> str:
    """Write an instant as RFC 3339, with any offset and as few or many digits as hold it."""
    seconds, fraction = divmod(nanoseconds, 10**9)
    offset = pick.choice(list(OFFSETS))
    local = datetime.fromtimestamp(seconds, UTC) + timedelta(seconds=OFFSETS[offset])
    digits = f"{fraction:09d}"
    shown = pick.randint(len(digits.rstrip("0")), 9)
    return f"{local:%Y-%m-%dT%H:%M:%S}{'.' if shown else ''}{digits[:shown]}{offset}"


def shard_of(task: Task, pick: Random) -> dict[str, Any]:
    """Describe one of two shards of a task, with or without its build."""
    begin = pick.choice(["00000000", "80000000"])
    shard = {"kind": task.kind, "name": task.name, "keyBegin": begin, "rClockBegin": "00000000"}
    return shard | pick.choice([{}, {"build": "10560a8d2c80005d"}, {"build": "11:22:33:44"}])


def acknowledgement(uuid: str, pick: Random) -> dict[str, Any]:
    """Write an acknowledgement in one of the four shapes of FORMATS §3.2."""
    shapes: list[dict[str, Any]] = [
        {"_meta": {"uuid": uuid, "ack": True}},
        {"_meta": uuid, "ack": True},
        {"_meta": {"uuid": uuid}, "ack": True},
        {"_meta": {"uuid": uuid}, "is_ack": True, "hints": [{"journal": "a/b", "level": "info"}]},
    ]
    return pick.choice(shapes)


# --- histories of logs -------------------------------------------------------------------------


@dataclass
class LogWriter:
    """Makes the lines of a logs history, clocks and times rising as they do in a process."""

    pick: Random
    far_times: bool
    appended: int = START
    clocks: dict[str, int] = field(default_factory=dict)

    def log(self, task: Task, message: str, level: str, fields: Any) -> bytes:
        """Make a log line, most often whole, now and then as odd as those of FORMATS §10."""
        pick = self.pick
        document: dict[str, Any] = {
            "_meta": self.meta(flags=pick.choice([0, 0, 0, 0, 1])),
            "shard": shard_of(task, pick),
            "ts": self.ts(),
            "level": level,
            "message": message,
            "fields": fields,
        }
        if pick.randrange(4) == 0:
            document["_meta"] = pick.choice(NO_UUIDS)
        if pick.randrange(6) == 0:
            document["shard"] = {}
            document["fields"] = {"task_name": task.name, "module": "dekaf::log_appender"}
        if pick.randrange(5) == 0:
            document["spans"] = pick.choice(SPANS)
        if pick.randrange(8) == 0:
            document["ack"] = True
        for rarely_missing in ("_meta", "ts", "message", "fields", "level"):
            if pick.randrange(7) == 0 and len(document) > 4:
                del document[rarely_missing]
        if not {"level", "message"} & set(document):
            document["level"] = "info"
        if "uuid" not in str(document.get("_meta")):
            document.pop("ack", None)
        return dumps(document, pick)

    def meta(self, flags: int) -> dict[str, Any]:
        """Give a new UUID of some producer; clocks of two producers may well be equal."""
        producer = self.pick.choice(PRODUCERS)
        step = self.pick.choice([1, 16, 160])
        clock = self.clocks[producer] = self.clocks.get(producer, clock_at(START)) + step
        text = uuid_text(producer, clock, flags)
        return {"uuid": self.pick.choice([text, text, text.upper()])}

    def ts(self) -> Any:
        """Give the time of a log: at most 19 hours before now, or unreadable, or centuries off."""
        if self.pick.randrange(8) == 0:
            return self.pick.choice(ODD_TIMES + FAR_TIMES * self.far_times)
        late = self.pick.choice([0, 0, 0, 1, HOUR, 19 * HOUR])
        return time_text((self.appended - late) * 10**9 + self.pick.choice(FRACTIONS), self.pick)

    def noise(self, task: Task) -> bytes:
        """Make a line that is Flow's and no log: acknowledgements, stats, control documents."""
        control = self.pick.choice([2, 3, 4, 0x200])
        plain = {"shard": shard_of(task, self.pick), "ts": self.ts()}
        uuid = self.meta(flags=2)["uuid"]
        placeholder = "DocUUIDPlaceholder-329Bb50aa48EAa9ef"
        choices: list[dict[str, Any]] = [
            acknowledgement(uuid, self.pick),
            acknowledgement(placeholder, self.pick),
            plain | {"_meta": self.meta(control), "level": "error", "message": "no data by flags"},
            plain | {"_meta": self.meta(0), "txnCount": 1, "capture": {"acmeCo/c": {"out": {}}}},
            plain | {"interval": {"uptimeSeconds": 180, "usageRate": 0.5}},
            plain | {"derive": {}, "openSecondsTotal": 0.25},
            {"catalogName": "acmeCo/", "grain": "daily", "ts": "2024-05-01T00:00:00.000Z"},
        ]
        return dumps(self.pick.choice(choices), self.pick)

    def again(self, text: bytes) -> bytes:
        """Append a line again, as a retry does: the same document, now and then written anew."""
        if HUGE_NUMBER in text or self.pick.randrange(2):
            return text
        document = json.loads(text)
        meta = document.get("_meta")
        if isinstance(meta, dict) and "uuid" in meta:
            meta["uuid"] = self.pick.choice([meta["uuid"].lower(), meta["uuid"].upper()])
        return dumps(document, self.pick)


@st.composite
def log_histories(
    draw: st.DrawFn, *, foreign: bool = False, far_times: bool = True, min_size: int = 1
) -> History:
    """Draw what several tasks and producers logged: retries, ties, odd documents, noise.

    `foreign` adds lines that are nothing of Flow's, `far_times` logs centuries away from the rest;
    no other log is more than 19 hours older than its append, so that pruning by path is safe.
    """
    pick = draw(st.randoms(use_true_random=False))
    writer = LogWriter(pick, far_times)
    step = st.tuples(
        st.sampled_from(["log"] * 8 + ["again"] * 3 + ["noise"] * 2 + ["foreign"] * foreign * 2),
        st.sampled_from(draw(st.sampled_from([TASKS[:1], TASKS[1:3], TASKS]))),
        st.sampled_from(MESSAGES) | st.text(max_size=8),
        st.sampled_from(LEVELS),
        st.sampled_from(FIELDS),
        st.sampled_from([0, 0, 0, 1, HOUR, 7 * HOUR]),
    )
    size = draw(st.integers(min_size, 20))
    steps = st.lists(step, min_size=size, max_size=size)
    history: History = []
    for kind, task, message, level, fields, pause in draw(steps):
        writer.appended += pause
        earlier = [e.text for e in history if e.task == task and e.text not in FOREIGN]
        if kind == "again" and earlier:
            text = writer.again(pick.choice(earlier))
        elif kind == "noise":
            text = writer.noise(task)
        elif kind == "foreign":
            text = pick.choice(FOREIGN)
        else:
            text = writer.log(task, message, level, fields)
        history.append(Entry(task, writer.appended, text))
    return history


# --- histories of stats ------------------------------------------------------------------------

COLLECTIONS = ["acmeCo/orders", "acmeCo/orders.v2", "other.Co/a/b", ACCENTED]
STATS_ENDS = ["Z", ".5Z", ".123456+00:00"]
STATS_TASKS = [task for task in TASKS if "'" not in task.name]


@dataclass(eq=False)
class Token:
    """A message of a producer that is yet to be written: its clock, its flags."""

    producer: str
    clock: int
    flags: int


def transactions(producer: str, pick: Random) -> list[Token]:
    """Play a producer of transaction stats through commits, rollbacks, retries and a crash."""
    clock = committed = earlier = clock_at(START)
    tokens: list[Token] = []

    def append(flags: int, at: int) -> None:
        tokens.append(Token(producer, at, flags))

    for _ in range(pick.randint(1, 4)):
        what = pick.choice(["commit", "commit", "roll back", "below", "beyond", "retry", "crash"])
        if what == "retry":  # an append of unknown outcome, made again
            tokens += tokens[-pick.randint(1, 4) :]
            continue
        begun = clock
        for _ in range(pick.choice([0, 1, 1, 2]) if what == "commit" else pick.choice([1, 2])):
            clock += 160
            append(1, clock)
        if what == "crash":
            break
        if what == "roll back":
            append(2, committed)
        elif what == "below":
            append(2, earlier)
            committed = earlier
        elif what == "beyond":
            append(2, begun + 160)
            earlier, committed = committed, begun + 160
            clock += 160
        else:
            clock += 160
            append(2, clock)
            earlier, committed = committed, clock
    return tokens


def intervals(producer: str, pick: Random) -> list[Token]:
    """Play the log publisher of a shard, which adds usage outside of any transaction."""
    tokens = [Token(producer, clock_at(START, 16 * n), 0) for n in range(pick.randint(0, 3))]
    return tokens + tokens[len(tokens) - pick.randint(0, 1) :]


def interleaved(sequences: list[list[Token]], pick: Random) -> list[Token]:
    """Merge what producers append to one journal, each in its own order."""
    queues = [list(sequence) for sequence in sequences if sequence]
    merged = []
    while queues:
        queue = pick.choice(queues)
        merged.append(queue.pop(0))
        queues = [queue for queue in queues if queue]
    return merged


@st.composite
def stats_histories(draw: st.DrawFn) -> History:
    """Draw the stats journals of several tasks: every case of FORMATS §3.3, every shape of §4.3.

    Times rise within a journal, so that the last document of a task is the newest as well. No
    producer reuses a clock for another document, which no writer of Flow does.
    """
    pick = draw(st.randoms(use_true_random=False))
    tasks = draw(st.lists(st.sampled_from(STATS_TASKS), min_size=1, max_size=3, unique=True))
    history: History = []
    for nth, task in enumerate(tasks):
        ids = [f"{2 * nth + 1:02x}{n:010x}" for n in range(draw(st.integers(2, 4)))]
        sequences = [intervals(ids[0], pick), *(transactions(i, pick) for i in ids[1:])]
        appended, texts = START, dict[Token, bytes]()
        for token in interleaved(sequences, pick):
            appended += draw(st.sampled_from([0, 1, 59, HOUR]))
            if token not in texts:
                texts[token] = stats_line(task, token, appended, pick)
            history.append(Entry(task, appended, texts[token]))
    return history


def stats_line(task: Task, token: Token, seconds: int, pick: Random) -> bytes:
    """Write the document or the acknowledgement of a token."""
    uuid = uuid_text(token.producer, token.clock, token.flags)
    if token.flags == 2:
        return dumps(acknowledgement(uuid, pick), pick)
    document: dict[str, Any] = {
        "_meta": {"uuid": uuid},
        "shard": shard_of(task, pick),
        "ts": f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}{pick.choice(STATS_ENDS)}",
    }
    if pick.randrange(12) == 0:
        document["_meta"] = pick.choice(NO_UUIDS)
    if token.flags == 0:
        document["interval"] = {"uptimeSeconds": pick.choice([1, 180, 181])}
        document["interval"] |= pick.choice([{}, {"usageRate": 0.5}, {"usageRate": 1}])
        return dumps(document, pick)
    document |= pick.choice([{}, {"txnCount": 1, "openSecondsTotal": 0.25}, {"txnCount": 3}])
    document |= transaction_stats(task, seconds, pick)
    return dumps(document, pick)


def transaction_stats(task: Task, seconds: int, pick: Random) -> dict[str, Any]:
    """Describe what a transaction moved, as one or another generation of Flow wrote it."""
    collections = pick.sample(COLLECTIONS, pick.randint(0, 2))
    published = f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}+00:00"
    if task.kind == "capture":
        written = pick.choice([{}, {"lastPublishedAt": published}])
        sides = ["right", "out"]
        return {"capture": {name: traffic(pick, *sides) | written for name in collections}}
    behind = {"bytesBehind": pick.randrange(99)}
    newer: dict[str, Any] = pick.choice([{}, behind | {"lastSourcePublishedAt": published}])
    if task.kind == "materialization":
        sides = ["left", "right", "out"]
        return {"materialize": {name: traffic(pick, *sides) | newer for name in collections}}
    legacy = {"update": {"out": pair(pick), "secondsTotal": 0.5}, "publish": {"secondsTotal": 1}}
    transforms = {
        f"from/{name}": traffic(pick, "input")
        | pick.choice([legacy, {"source": name} | newer, {"source": COLLECTIONS[0]}])
        for name in collections
    }
    derive = traffic(pick, "published", "out") | {"transforms": transforms}
    derive |= pick.choice([{}, {"lastPublishedAt": published}, {"registers": {"createdTotal": 4}}])
    return {"derive": pick.choice([derive, derive, derive, {}, {"out": {}}])}


def traffic(pick: Random, *sides: str) -> dict[str, Any]:
    """Count documents and bytes of some sides of a binding; what is zero is often left out."""
    return {side: pair(pick) for side in sides if pick.randrange(5)}


def pair(pick: Random) -> dict[str, Any]:
    """Count documents and bytes: as numbers, as text, zeros written or left out."""
    docs, size = pick.choice([0, 1, 7, 2**40]), pick.choice([0, 15, 4096, 2**53 + 1])
    shapes: list[dict[str, Any]] = [
        {"docsTotal": docs, "bytesTotal": size},
        {"docsTotal": str(docs), "bytesTotal": str(size)},
        {name: n for name, n in (("docsTotal", docs), ("bytesTotal", size)) if n},
    ]
    return pick.choice([shapes[0], *shapes])


# --- journal fragments -------------------------------------------------------------------------

GENERATIONS = ["0f1e2d3c4b5a6978", "2020202020202020"]
BUCKETS = ["", "collection-data/", "bucket-a/some/prefix/", "bucket-b/collection-data/"]
FRAGMENT_CODECS = ["", ".gz", ".gz", ".gz", ".gzip", ".GZ", ".raw", ".zst", ".zstandard"]


def write_fragments(root: Path, history: History, pick: Random, collection: str = "logs") -> None:
    """Lay a history out as the journals of one or another era, in overlapping fragments."""
    for task in dict.fromkeys(entry.task for entry in history):
        entries = [entry for entry in history if entry.task == task]
        tenant = task.name.split("/", maxsplit=1)[0]
        eras = [
            f"ops/{tenant}/{collection}",
            f"ops.us-central1.v1/{collection}",
            f"ops/tasks/public/gcp-us-central1-c2/{collection}",
            f"ops/tasks/private/{tenant}/aws-eu-west-1-c1/{collection}",
        ]
        era = pick.choice(eras)
        reset = pick.randrange(len(entries) + 1) if era.startswith("ops/tasks/") else None
        if reset is None:
            write_journal(root, era, entries, pick)
        for generation, part in zip(GENERATIONS, halves(entries, reset), strict=True):
            write_journal(root, f"{era}/{generation}", part, pick)


def halves(entries: History, at: int | None) -> tuple[History, History]:
    """Split where a collection was reset; nothing where its journal has no generation."""
    return ([], []) if at is None else (entries[:at], entries[at:])


def write_journal(root: Path, collection: str, entries: History, pick: Random) -> None:
    """Write one journal: consecutive ranges, now and then one lost, and what replicas add to it."""
    if not entries:
        return
    first = pick.choice([0, 0, 4096])
    ends = list(accumulate((len(entry.text) + 1 for entry in entries), initial=first))
    cuts = sorted({0, len(entries), *(pick.randint(0, len(entries)) for _ in range(3))})
    ranges = list(pairwise(cuts))
    if len(ranges) > 2 and pick.randrange(6) == 0:
        ranges.remove(pick.choice(ranges))
    for _ in range(pick.randint(0, 3)):
        begin, end = sorted(pick.sample(range(len(entries) + 1), 2))
        ranges.append((begin, end))
    if pick.randrange(3) == 0:
        ranges.append(pick.choice(ranges))
    if pick.randrange(6) == 0:
        ranges.append((0, 0))
    task = entries[0].task
    for begin, end in ranges:
        content = b"".join(entry.text + b"\n" for entry in entries[begin:end])
        codec = pick.choice(FRAGMENT_CODECS)
        appended = entries[begin].appended + pick.choice([0, 0, HOUR])
        hour = f"{datetime.fromtimestamp(appended, UTC):utc_date=%Y-%m-%d/utc_hour=%H}"
        name = pick.choice([quote(task.name, safe=""), task.name])
        journal = f"{pick.choice(BUCKETS)}{collection}/kind={task.kind}/name={name}/pivot=00"
        digest = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        fragment = f"{ends[begin]:016x}-{ends[end]:016x}-{digest}{codec}"
        save(root / journal / hour / fragment, packed(content, codec, pick))
        if pick.randrange(6) == 0:
            save(root / journal / hour / "_SUCCESS", b"")
    if pick.randrange(4) == 0:
        log = f"recovery/{task.kind}/{quote(task.name, safe='')}/00000000-00000000"
        name = f"{0:016x}-{64:016x}-{'0' * 40}"
        save(root / pick.choice(BUCKETS[:3]) / log / name, bytes(range(64)))


def packed(content: bytes, codec: str, pick: Random) -> bytes:
    """Compress as an extension says; a fragment without one is gzip or, downloaded, plain."""
    if codec.lower().startswith(".z"):
        return bytes(cramjam.zstd.compress(content))
    if codec.lower().startswith(".g") or (not codec and pick.randrange(2)):
        cuts = sorted(
            {0, len(content), pick.randint(0, len(content)), pick.randint(0, len(content))}
        )
        members = [gzip.compress(content[a:b], mtime=0) for a, b in pairwise(cuts)]
        return b"".join(members) or gzip.compress(b"", mtime=0)
    return content


def save(path: Path, content: bytes) -> None:
    """Write a file, its folders made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


# --- JSON lines --------------------------------------------------------------------------------

FOLDERS = ["", "saved/", "it's [a]/", 'w*?/deep "er/', "日本/"]
LINE_SUFFIXES = [".jsonl", ".ndjson", ".json", ".log"]


def write_lines(root: Path, history: History, pick: Random) -> None:
    """Lay a history out as saved output of `flowctl`, in pieces, some of them saved twice."""
    cuts = sorted({0, len(history), *(pick.randint(0, len(history)) for _ in range(3))})
    for begin, end in pairwise(cuts):
        for _ in range(pick.choice([1, 1, 1, 2])):
            folder, stem = pick.choice(FOLDERS), f"{pick.randrange(16**4):04x}-{begin}"
            suffix, codec = pick.choice(LINE_SUFFIXES), pick.choice(["", "", ".gz", ".zst"])
            content = joined([entry.text for entry in history[begin:end]], pick)
            if not codec and pick.randrange(4) == 0:
                content += b'{"level":"error","ts":"2024-05-01T00:00:00Z","message":"still bei'
            stored = packed(content, codec or ".raw", pick)
            save(root / folder / f"{stem}{suffix}{codec}", stored)


def write_whole_journals(root: Path, history: History, pick: Random) -> None:
    """Save each task's journal as `flowctl … --uncommitted` prints it, acknowledgements too."""
    for number, task in enumerate(dict.fromkeys(entry.task for entry in history)):
        content = joined([entry.text for entry in history if entry.task == task], pick)
        save(root / f"saved-{number}.jsonl", content)


def joined(texts: Iterable[bytes], pick: Random) -> bytes:
    """Put documents on lines of their own, with the white space that editors and shells leave."""
    ends = [b"\n"] * 6 + [b"\r\n", b" \n", b"\n\n"]
    return b"".join(pick.choice([b"", b"", b" "]) + text + pick.choice(ends) for text in texts)


# --- file materializations ---------------------------------------------------------------------


class Columns(StrEnum):
    """Which columns a file materialization was given: FORMATS §5.3."""

    DEPTH_ONE = "depth one"
    LEAVES = "leaves"
    DOCUMENT = "flow_document"
    DOCUMENT_ONLY = "flow_document alone"


MATERIALIZED_AS = ["ops/acmeCo/logs", "ops/tasks/public/gcp-us-central1-c2/logs", "my exports/logs"]
STATS_OBJECTS = ("capture", "materialize", "derive", "interval")
STATS_LEAVES = [
    "derive/out/docsTotal",
    "derive/out/bytesTotal",
    "derive/published/docsTotal",
    "derive/published/bytesTotal",
    "interval/uptimeSeconds",
    "interval/usageRate",
]
JSON_COLUMNS = {"shard", "fields", "flow_document", *STATS_OBJECTS}
NUMBER_COLUMNS = {
    "docsTotal": "BIGINT",
    "bytesTotal": "BIGINT",
    "uptimeSeconds": "BIGINT",
    "txnCount": "BIGINT",
    "openSecondsTotal": "DOUBLE",
    "usageRate": "DOUBLE",
}
NUMBER = re.compile(r'"@@number:([^"]*)@@"')
Row = dict[str, str | None]


def write_parquet(root: Path, documents: Sequence[bytes], columns: Columns, pick: Random) -> None:
    """Lay documents out as Parquet files, after a backfill with the files of the former."""
    connection = duckdb.connect()
    ts_as_text = pick.randrange(4) == 0  # the field's `castToString`
    for path, rows in materialized(root, documents, columns, pick):
        names = list(rows[0])
        declared = ", ".join(f'"{name}" TEXT' for name in names)
        typed = ", ".join(parquet_column(name, ts_as_text=ts_as_text) for name in names)
        connection.execute(f"CREATE OR REPLACE TABLE materialized ({declared})")
        insert = f"INSERT INTO materialized VALUES ({', '.join('?' for _ in names)})"
        connection.executemany(insert, [list(row.values()) for row in rows])
        path.parent.mkdir(parents=True, exist_ok=True)
        target = str(path.with_suffix(".parquet")).replace("'", "''")
        connection.execute(
            f"COPY (SELECT {typed} FROM materialized) TO '{target}' (FORMAT parquet)"
        )
    connection.close()


def parquet_column(name: str, *, ts_as_text: bool) -> str:
    """Give the SQL that makes of a column of text what Flow's Parquet writer makes of the field."""
    if name == "flow_published_at" or (name == "ts" and not ts_as_text):
        return f'"{name}"::TIMESTAMPTZ AS "{name}"'
    last = name.rsplit("/", maxsplit=1)[-1]
    kind = "JSON" if name in JSON_COLUMNS else NUMBER_COLUMNS.get(last, "TEXT")
    return f'"{name}"::{kind} AS "{name}"'


def write_csv(root: Path, documents: Sequence[bytes], columns: Columns, pick: Random) -> None:
    """Lay documents out as gzipped CSV files, quoted as Go's writer quotes."""
    for path, rows in materialized(root, documents, columns, pick):
        table = [[*rows[0]], *(row.values() for row in rows)]
        text = "".join(",".join(csv_cell(cell) for cell in row) + "\n" for row in table)
        save(path.with_suffix(".csv.gz"), gzip.compress(text.encode(), mtime=0))


def csv_cell(cell: str | None) -> str:
    """Write a cell: null is nothing at all, the empty text is `""`."""
    if cell is None:
        return ""
    quoted = not cell or cell.startswith((" ", "\t")) or re.search('[",\r\n]', cell)
    return '"' + cell.replace('"', '""') + '"' if quoted else cell


def materialized(
    root: Path, documents: Sequence[bytes], columns: Columns, pick: Random
) -> list[tuple[Path, list[Row]]]:
    """Give the files of a binding and their rows: two backfills, the older one worth nothing."""
    rows = [row_of(document, columns) for document in documents]
    binding = root / pick.choice(MATERIALIZED_AS)
    cuts = sorted({0, len(rows), pick.randint(0, len(rows)), pick.randint(0, len(rows))})
    newest = [
        (binding / f"v{1:010d}" / f"{counter:020d}", rows[begin:end])
        for counter, (begin, end) in enumerate(pairwise(cuts))
    ]
    stale = [(binding / f"v{0:010d}" / f"{0:020d}", rows[: pick.randint(1, len(rows))])]
    return newest + stale * pick.randrange(2)


def row_of(text: bytes, columns: Columns) -> Row:
    """Select the columns of a document: keys, partition fields, values, and the whole of it."""
    document = json.loads(text)
    shard = document.get("shard") or {}
    keys: Row = {
        "shard/name": shard.get("name"),
        "shard/keyBegin": shard.get("keyBegin"),
        "shard/rClockBegin": shard.get("rClockBegin"),
        "ts": document.get("ts"),
    }
    keys |= {"kind": shard.get("kind"), "name": shard.get("name")}
    whole: Row = {"shard": member(text, "shard"), "flow_published_at": document.get("ts")}
    leaves: Row = {"shard/kind": shard.get("kind"), "shard/build": shard.get("build")}
    values: Row = {"level": document.get("level"), "message": document.get("message")}
    if not {"level", "message"} & set(document):
        values = {name: member(text, name) for name in ("txnCount", "openSecondsTotal")}
        whole |= {name: member(text, name) for name in STATS_OBJECTS}
        leaves |= {path: leaf(text, path) for path in STATS_LEAVES}
    else:
        whole["fields"] = member(text, "fields")
    match columns:
        case Columns.DEPTH_ONE:
            return keys | values | whole
        case Columns.LEAVES:
            return keys | values | leaves
        case Columns.DOCUMENT:
            return keys | values | leaves | {"flow_document": text.decode()}
        case Columns.DOCUMENT_ONLY:
            return {"flow_document": text.decode()}


def member(text: bytes, name: str) -> str | None:
    """Give a member of a JSON object as compact JSON, its numbers written as they were."""
    value = exact(text).get(name)
    if value is None:
        return None
    return NUMBER.sub(r"\1", json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def leaf(text: bytes, path: str) -> str | None:
    """Give the number at a path of a JSON object as text, whether it stood there as text or not."""
    value = json.loads(text)
    for name in path.split("/"):
        value = value.get(name) if isinstance(value, dict) else None
    return None if value is None else str(value)


def exact(text: bytes | str) -> Any:
    """Read JSON with each number kept as its text, so that no digit is lost in comparing."""

    def keep(number: str) -> str:
        return f"@@number:{number}@@"

    return json.loads(text, parse_float=keep, parse_int=keep)


def as_columns_show(text: bytes, columns: Columns, *, micros: bool) -> dict[str, Any]:
    """Give what can be known of a log document after some columns of it, `ts` as an instant."""
    document = exact(text)
    keep = ["shard", "ts", "level", "message"] + ["fields"] * (columns is not Columns.LEAVES)
    shown = {name: document[name] for name in keep if document.get(name) is not None}
    nanoseconds = instant(shown.get("ts"))
    if nanoseconds is not None:
        shown["ts"] = nanoseconds // 1000 * 1000 if micros else nanoseconds
    return shown


def materializable(text: bytes) -> bool:
    """Tell whether a log could be materialized: its schema wants a shard and a time."""
    document = json.loads(text)
    return bool(document.get("shard")) and instant(document.get("ts")) is not None
