"""Answer `ops logs -o json` in plain Python: slow, literal, and apart from the package.

It imports nothing of `flowctl_ops`, so that agreement means something.
Source: FORMATS §1 (paths), §2 (cover rule), §3 (UUIDs), §4.2 (logs); DESIGN §4.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple, NoReturn
from urllib.parse import unquote

import cramjam

FRAGMENT = re.compile(
    r"(?:.*?/)?(?P<collection>ops(?:\.[^/]+)?/.*?)/kind=(?P<kind>[^/]+)/name=(?P<name>.+)"
    r"/pivot=(?P<pivot>[^/]+)/(?:.*/)?(?P<begin>[0-9a-f]{16})-(?P<end>[0-9a-f]{16})-[0-9a-f]{40}"
    r"(?i:\.(?:gz|gzip|gzod|zst|zstandard|sz|snappy|raw))?",
    re.ASCII | re.DOTALL,
)
JSON_LINES = re.compile(r".*\.(?:jsonl|ndjson|json|log)(?:\.gz|\.zst)?", re.DOTALL)
RFC_3339 = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))", re.ASCII
)
UUID_V1 = re.compile(
    r"([0-9a-f]{8})-([0-9a-f]{4})-1([0-9a-f]{3})-([89ab][0-9a-f]{3})-([0-9a-f]{12})", re.IGNORECASE
)
RANKS = {"error": 1, "warn": 2, "info": 3, "debug": 4, "trace": 5}
STATS_MEMBERS = {
    "capture",
    "materialize",
    "derive",
    "interval",
    "txnCount",
    "openSecondsTotal",
}
GZIP, ZSTD, SNAPPY = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\xff\x06\x00\x00sNaPpY"
EPOCH = datetime.fromisoformat("1970-01-01T00:00:00")
FIRST_NS = -9_223_372_036_854_775_808  # 1677-09-21, the least time that 64 bits of nanoseconds hold
LAST_NS = 9_223_372_036_854_775_807  # 2262-04-11


class Fragment(NamedTuple):
    """A file of a journal, by its name: a half-open range of the journal's bytes."""

    begin: int
    end: int
    path: str = ""


class Line(NamedTuple):
    """A line of a file, with what the path says of it."""

    path: str
    number: int
    journal: str | None
    kind: str | None
    task: str | None
    text: bytes
    last_and_open: bool = False
    """What follows the last newline of a plain file, no fragment: perhaps still being written."""


class Uuid(NamedTuple):
    """The parts of a version 1 UUID as Gazette lays them out."""

    producer: str
    clock: int
    flags: int


class Log(NamedTuple):
    """A log document, and what filters ask of it."""

    kind: str | None
    task: str | None
    ts: int | None
    rank: int
    text: bytes


class Answer(NamedTuple):
    """The logs in journal order, each once, and `path:line` of every line that is none of ours."""

    logs: list[Log]
    foreign: list[str]


def logs(root: Path) -> list[bytes]:
    """Give the documents that `ops logs -o json -d ROOT` prints, in order."""
    return [log.text for log in select(answer(lines(root)).logs)]


def select(
    found: Iterable[Log],
    *,
    name: str | None = None,
    kind: str | None = None,
    level: str = "trace",
    since: int | None = None,
    until: int | None = None,
    tail: int | None = None,
    reverse: bool = False,
) -> list[Log]:
    """Keep what was asked for, oldest first; times are nanoseconds since 1970."""
    kept = [
        log
        for log in found
        if (name is None or (log.task is not None and named(log.task, name)))
        and (kind is None or log.kind == kind)
        and log.rank <= RANKS[level]
        and (since is None or (log.ts is not None and log.ts >= since))
        and (until is None or (log.ts is not None and log.ts < until))
    ]
    kept.sort(key=position)
    if tail is not None:
        kept = kept[max(len(kept) - tail, 0) :]
    return kept[::-1] if reverse else kept


def named(task: str, name: str) -> bool:
    """Tell whether a task answers to an exact name, a prefix ending in `/`, or a glob."""
    return task == name or (name.endswith("/") and task.startswith(name)) or fnmatchcase(task, name)


def position(log: Log) -> tuple[int, int]:
    """Give the sort key of a log: without a time, before 1677, by the nanosecond, after 2262."""
    if log.ts is None:
        return (-2, 0)
    if FIRST_NS <= log.ts <= LAST_NS:
        return (0, log.ts)
    return (-1, 0) if log.ts < 0 else (1, 0)


def lines(root: Path) -> list[Line]:
    """Read every line below a folder in journal order: fragments as covered, then other files."""
    paths = sorted(p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file())
    journals: defaultdict[tuple[str, str, str], list[Fragment]] = defaultdict(list)
    found: list[Line] = []
    for path in paths:
        if match := FRAGMENT.fullmatch(path):
            kind, task = match["kind"], unquote(match["name"])
            journal = f"{match['collection']}/kind={kind}/name={task}/pivot={match['pivot']}"
            begin, end = int(match["begin"], 16), int(match["end"], 16)
            journals[journal, kind, task].append(Fragment(begin, end, path))
    for (journal, kind, task), fragments in sorted(journals.items()):
        for fragment, skipped in cover(fragments):
            content = payload(root / fragment.path)
            before = content[:skipped].count(b"\n")
            for number, text in enumerate(content[skipped:].split(b"\n"), before + 1):
                found.append(Line(fragment.path, number, journal, kind, task, text))
    for path in filter(JSON_LINES.fullmatch, paths):
        if not FRAGMENT.fullmatch(path):
            pieces = payload(root / path).split(b"\n")
            growing = not path.endswith((".gz", ".zst"))
            for number, text in enumerate(pieces, 1):
                last = growing and number == len(pieces)
                found.append(Line(path, number, None, None, None, text, last))
    return found


def cover(fragments: Iterable[Fragment]) -> Iterator[tuple[Fragment, int]]:
    """Give the fragments of one journal to read, and how many bytes of each to pass over."""
    left = [fragment for fragment in fragments if fragment.begin < fragment.end]
    cursor = 0
    while left := [fragment for fragment in left if fragment.end > cursor]:
        cursor = max(cursor, min(fragment.begin for fragment in left))
        longest = max((f for f in left if f.begin <= cursor), key=lambda f: f.end)
        yield longest, cursor - longest.begin
        cursor = longest.end


def payload(path: Path) -> bytes:
    """Read a file, inflated as its first bytes ask."""
    stored = path.read_bytes()
    if stored.startswith(GZIP):
        return gzip.decompress(stored)
    if stored.startswith(ZSTD):
        return bytes(cramjam.zstd.decompress(stored))
    if stored.startswith(SNAPPY):
        return bytes(cramjam.snappy.decompress(stored))
    return stored


def answer(found: Iterable[Line]) -> Answer:
    """Sort lines into logs, each counted once, and lines that are nothing of Flow's."""
    kept: list[Log] = []
    foreign: list[str] = []
    seen: set[tuple[str, int]] = set()
    for line in found:
        text = line.text.strip(b" \t\r\n")
        document = parse(text)
        what = classify(document)
        if what == "foreign" and text and not (line.last_and_open and document is None):
            foreign.append(f"{line.path}:{line.number}")
        uuid = uuid_of(document)
        if what != "log" or (uuid and uuid.clock and (uuid.producer, uuid.clock) in seen):
            continue
        if uuid:
            seen.add((uuid.producer, uuid.clock))
        kept.append(as_log(document, text, line.kind, line.task))
    return Answer(kept, foreign)


def copies(found: Iterable[Line]) -> Counter[str | None]:
    """Count by task the logs that stand before, by the same producer and clock."""
    seen: set[tuple[str, int]] = set()
    counts: Counter[str | None] = Counter()
    for line in found:
        text = line.text.strip(b" \t\r\n")
        document = parse(text)
        uuid = uuid_of(document)
        if classify(document) == "log" and uuid and uuid.clock:
            if (uuid.producer, uuid.clock) in seen:
                counts[as_log(document, text, line.kind, line.task).task] += 1
            seen.add((uuid.producer, uuid.clock))
    return counts


def as_log(document: Any, text: bytes, kind: str | None = None, task: str | None = None) -> Log:
    """Take out of a log document what filters ask; a journal's kind and task win."""
    shard, fields = as_object(document.get("shard")), as_object(document.get("fields"))
    return Log(
        kind or shard.get("kind"),
        task or shard.get("name") or fields.get("task_name"),
        instant(document.get("ts")),
        RANKS.get(str(document.get("level")), RANKS["error"]),
        text,
    )


def parse(text: bytes) -> Any:
    """Read JSON, or give None for what is none; every number is one that JSON allows."""
    try:
        return json.loads(text, parse_constant=refuse)
    except ValueError:
        return None


def refuse(constant: str) -> NoReturn:
    """Refuse `NaN` and `Infinity`, which Python reads and JSON does not know."""
    raise ValueError(constant)


def classify(document: Any) -> str:
    """Tell a `log`, other documents of `ops` collections (`quiet`), and what is `foreign`."""
    if not isinstance(document, dict):
        return "foreign"
    members = set(document)
    if uuid := uuid_of(document):
        if uuid.flags not in (0, 1):
            return "quiet"
    elif is_acknowledgement(document):
        return "quiet"
    if members & {"level", "message"}:
        return "log" if members & {"ts", "message", "shard", "fields"} else "foreign"
    if members & STATS_MEMBERS or members >= {"catalogName", "grain"}:
        return "quiet"
    return "foreign"


def is_acknowledgement(document: dict[str, Any]) -> bool:
    """Tell an acknowledgement by its shape, where no UUID tells it."""
    top_level = document.get("ack") is True or document.get("is_ack") is True
    in_meta = as_object(document.get("_meta")).get("ack") is True
    return in_meta or (top_level and not {"ts", "level", "shard"} & set(document))


def as_object(value: Any) -> dict[str, Any]:
    """Give an object, empty for any other value."""
    return value if isinstance(value, dict) else {}


def uuid_of(document: Any) -> Uuid | None:
    """Take the version 1 UUID out of `_meta.uuid`, or of a `_meta` that is itself the text."""
    meta = as_object(document).get("_meta")
    text = meta if isinstance(meta, str) else as_object(meta).get("uuid")
    match = UUID_V1.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return None
    bits, time = int(match[4], 16), int(match[3] + match[2] + match[1], 16)
    return Uuid(match[5].lower(), time * 16 + (bits >> 10 & 15), bits & 0x3FF)


def instant(text: Any) -> int | None:
    """Read RFC 3339 as nanoseconds since 1970, its offset honoured; None where it is no time."""
    match = RFC_3339.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return None
    try:
        local = datetime.fromisoformat(match[1]) - EPOCH
    except ValueError:
        return None
    offset = int(match[4] or 0) * 3600 + int(match[5] or 0) * 60
    seconds = local // timedelta(seconds=1) - (-offset if match[3] == "-" else offset)
    return seconds * 10**9 + int((match[2] or "").ljust(9, "0"))
