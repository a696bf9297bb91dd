"""The demo's data set: the same on every run, true to its names, and with every trap in it."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import sha1
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import cramjam
import duckdb
import pytest

import flowctl_ops.demo
from flowctl_ops.demo import DemoFolderNotEmpty, DemoPlan, DemoSummary, write
from flowctl_ops.demo.uuids import ACK_TXN, CONTINUE_TXN, OUTSIDE_TXN, Producer, unix_us

Document = dict[str, Any]
NAME = re.compile(r"([0-9a-f]{16})-([0-9a-f]{16})-([0-9a-f]{40})(\.gz|\.zst|\.raw|)")
SMALL = DemoPlan(tasks=4, days=1, rate=2, stats_every_s=3600, exports=False)


class Fragment(NamedTuple):
    journal: str
    hour: str
    begin: int
    end: int
    digest: str
    ext: str
    content: bytes


@pytest.fixture(scope="module")
def summary(tmp_path_factory: pytest.TempPathFactory) -> DemoSummary:
    return write(tmp_path_factory.mktemp("demo"), DemoPlan())


@pytest.fixture(scope="module")
def fragments(summary: DemoSummary) -> list[Fragment]:
    return sorted(_fragments(summary.directory))


@pytest.fixture(scope="module")
def lines(fragments: list[Fragment]) -> dict[str, list[str]]:
    """Each journal's lines, every byte of it once."""
    return {journal: _content(parts).splitlines() for journal, parts in _by_journal(fragments)}


@pytest.fixture(scope="module")
def documents(lines: dict[str, list[str]]) -> list[Document]:
    return [json.loads(line) for journal in lines.values() for line in journal]


def _fragments(directory: Path) -> Iterator[Fragment]:
    for path in (directory / "ops").rglob("*-*"):
        if match := NAME.fullmatch(path.name):
            begin, end, digest, ext = match.groups()
            journal = path.parents[2].relative_to(directory).as_posix()
            hour = "/".join(path.parts[-3:-1])
            content = _decode(path.read_bytes(), ext)
            yield Fragment(journal, hour, int(begin, 16), int(end, 16), digest, ext, content)


def _decode(stored: bytes, ext: str) -> bytes:
    if ext == ".raw":
        return stored
    return bytes(cramjam.zstd.decompress(stored)) if ext == ".zst" else gzip.decompress(stored)


def _by_journal(fragments: list[Fragment]) -> Iterator[tuple[str, list[Fragment]]]:
    for journal in sorted({fragment.journal for fragment in fragments}):
        parts = [fragment for fragment in fragments if fragment.journal == journal]
        yield journal, sorted(parts, key=lambda fragment: (fragment.begin, -fragment.end))


def _content(parts: list[Fragment]) -> str:
    content, cursor = b"", 0
    for part in parts:
        if part.end > cursor:
            content += part.content[max(0, cursor - part.begin) :]
            cursor = part.end
    return content.decode()


def _tree(directory: Path) -> dict[str, bytes]:
    files = (path for path in directory.rglob("*") if path.is_file())
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in files}


def _committed(lines: list[str]) -> list[Document]:
    """Sequence one journal. Source: FORMATS §3.3, as far as the demo needs it."""
    last: Counter[str] = Counter()
    pending: dict[str, list[tuple[int, Document]]] = {}
    found = []
    for document in map(json.loads, lines):
        producer, clock, flags = _uuid(document)
        queue = pending.setdefault(producer, [])
        newest = max([last[producer], *(clock for clock, _ in queue)])
        if flags == ACK_TXN:
            found += [queued for at, queued in queue if at <= clock and clock > last[producer]]
            last[producer], pending[producer] = clock, []
        elif clock > newest and flags == CONTINUE_TXN:
            queue.append((clock, document))
        elif clock > newest:
            found.append(document)
            last[producer] = clock
    return found


def _uuid(document: Document) -> tuple[str, int, int]:
    meta = document["_meta"]
    low, middle, high, variant, node = (meta if isinstance(meta, str) else meta["uuid"]).split("-")
    sequence = int(variant, 16)
    clock = int(high[1:] + middle + low, 16) << 4 | sequence >> 10 & 15
    return node, clock, sequence & 0x3FF


def test_the_same_plan_gives_the_same_bytes(summary: DemoSummary, tmp_path: Path) -> None:
    write(tmp_path, DemoPlan())
    assert _tree(tmp_path) == _tree(summary.directory)


def test_processes_do_not_change_the_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "alone", SMALL)
    monkeypatch.setattr(flowctl_ops.demo, "WORTH_A_POOL", 0)
    write(tmp_path / "pool", SMALL)
    assert _tree(tmp_path / "pool") == _tree(tmp_path / "alone")


def test_another_seed_gives_other_documents(tmp_path: Path) -> None:
    write(tmp_path / "a", SMALL)
    write(tmp_path / "b", DemoPlan(**{**vars(SMALL), "seed": 8}))
    assert _tree(tmp_path / "a").keys() != _tree(tmp_path / "b").keys()


def test_a_default_data_set_is_small(summary: DemoSummary) -> None:
    assert summary.files == len(_tree(summary.directory)) - 1
    assert summary.file_bytes < 6_000_000
    assert (summary.logs, summary.stats) > (40_000, 10_000)


def test_fragment_names_are_true(fragments: list[Fragment]) -> None:
    for fragment in fragments:
        assert fragment.end - fragment.begin == len(fragment.content)
        assert fragment.digest == sha1(fragment.content).hexdigest()
        assert fragment.content.endswith(b"\n")


def test_fragments_lie_in_the_hour_of_their_first_append(fragments: list[Fragment]) -> None:
    equal = {(f.journal, f.begin): f.hour for f in fragments}
    for fragment in fragments:
        if equal[fragment.journal, fragment.begin] == fragment.hour:
            _, clock, _ = _uuid(json.loads(fragment.content.partition(b"\n")[0]))
            opened = duckdb.execute("SELECT make_timestamp(?)", [unix_us(clock >> 4)]).fetchone()
            assert opened is not None
            assert fragment.hour == opened[0].strftime("utc_date=%Y-%m-%d/utc_hour=%H")


def test_overlaps_agree_about_the_bytes(fragments: list[Fragment]) -> None:
    for _, parts in _by_journal(fragments):
        for left, right in pairwise(parts):
            shared = min(left.end, right.end) - right.begin
            if shared > 0:
                at = right.begin - left.begin
                assert left.content[at : at + shared] == right.content[:shared]


def test_overlaps_of_every_kind_and_a_hole_occur(fragments: list[Fragment]) -> None:
    kinds = set()
    for _, parts in _by_journal(fragments):
        for left, right in pairwise(parts):
            same_begin, same_end = left.begin == right.begin, left.end == right.end
            if same_begin and same_end and left.hour != right.hour:
                kinds.add("equal")
            elif right.end < left.end:
                kinds.add("contained")
            elif right.begin < left.end and not same_end:
                kinds.add("staggered")
            elif right.begin > left.end:
                kinds.add("hole")
    assert kinds == {"equal", "contained", "staggered", "hole"}


def test_every_codec_occurs(fragments: list[Fragment]) -> None:
    assert {fragment.ext for fragment in fragments} == {".gz", ".zst", ".raw", ""}


def test_a_gzip_member_ends_in_the_middle_of_a_line(summary: DemoSummary) -> None:
    ends = set()
    for path in summary.directory.rglob("*.gz"):
        member = zlib.decompressobj(31)
        content = member.decompress(path.read_bytes())
        if member.unused_data:
            ends.add(content[-1:])
    assert ends - {b"\n"}


def test_a_reader_finds_what_the_summary_says(
    summary: DemoSummary, lines: dict[str, list[str]]
) -> None:
    found: Counter[str] = Counter()
    for journal, journal_lines in lines.items():
        found["logs" if "/logs/" in journal else "stats"] += len(_committed(journal_lines))
    for what in ("logs", "stats"):
        found[what] += len(_exported(summary, "columns", what, "v0000000001"))
    assert (found["logs"], found["stats"]) == (summary.logs, summary.stats)


def _exported(
    summary: DemoSummary, selection: str, what: str, backfill: str
) -> list[dict[str, Any]]:
    (folder,) = (summary.directory / "export" / selection).rglob(f"{what}/{backfill}")
    paths = sorted(str(path) for path in folder.iterdir())
    with duckdb.connect() as connection:
        rows = connection.read_parquet(paths).project("* EXCLUDE (ts, flow_published_at)")
        return [dict(zip(rows.columns, row, strict=True)) for row in rows.fetchall()]


@pytest.mark.parametrize("what", ["logs", "stats"])
def test_an_exported_document_is_in_the_journal_too(
    summary: DemoSummary, lines: dict[str, list[str]], what: str
) -> None:
    exported = _exported(summary, "documents", what, "v0000000001")
    (journal,) = (name for name in lines if f"/{what}/" in name and "my%2Ftotals" in name)
    in_journal = [document["_meta"] for document in _committed(lines[journal])]
    assert [json.loads(row["flow_document"])["_meta"] for row in exported] == in_journal


@pytest.mark.parametrize("what", ["logs", "stats"])
def test_columns_alone_hold_no_document(summary: DemoSummary, what: str) -> None:
    rows = _exported(summary, "columns", what, "v0000000001")
    old = _exported(summary, "columns", what, "v0000000000")
    assert "flow_document" not in rows[0]
    assert rows[0]["name"] == rows[0]["shard/name"] == "dunderCo/bi/redshift"
    assert 0 < len(old) < len(rows)


def _logged(**wanted: object) -> Callable[[Document], bool]:
    return lambda document: all(document.get(key) == value for key, value in wanted.items())


def _of_kind(kind: str) -> Callable[[Document], bool]:
    return lambda document: bool(_path(document, "shard", "kind") == kind)


def _path(document: Document, *keys: str) -> Any:
    for key in keys:
        document = document.get(key) or {}
    return document


def _bindings(document: Document) -> list[Document]:
    transforms = _path(document, "derive", "transforms")
    return [*_path(document, "materialize").values(), *transforms.values()]


FEATURES: dict[str, Callable[[Document], Any]] = {
    **{level: _logged(level=level) for level in ("error", "warn", "info", "debug", "trace")},
    **{kind: _of_kind(kind) for kind in ("capture", "derivation", "materialization")},
    "the capture of the README": lambda d: _path(d, "shard", "name") == "acmeCo/my/capture",
    "a failure with its cause": lambda d: (
        d.get("message") == "shard failed" and "connector failed: " in d["fields"]["error"]
    ),
    "a cause in several lines": lambda d: (
        d.get("message") == "shard failed" and "\n\nCaused by:\n" in d["fields"]["error"]
    ),
    "a restart": _logged(message="initialized catalog task term"),
    "nested fields": lambda d: _path(d, "fields", "streams"),
    "an array in fields": lambda d: isinstance(_path(d, "fields", "keyRange"), list),
    "a stack trace": lambda d: (
        d.get("message", "").startswith("Traceback") and "\n" in d["message"]
    ),
    "a connector's status": lambda d: _path(d, "fields", "eventType") == "connectorStatus",
    "a schema in fields": lambda d: _path(d, "fields", "schema", "properties", "lines", "items"),
    "text that is not ASCII": lambda d: "東京" in d.get("message", ""),
    "a terminal escape": lambda d: "\x1b[" in d.get("message", ""),
    "no message": lambda d: "level" in d and "message" not in d,
    "fields of null": lambda d: "fields" in d and d["fields"] is None,
    "spans": lambda d: d.get("spans"),
    "a level outside the five": _logged(level="notice"),
    "a time of the year 1": lambda d: d.get("ts", "").startswith("0001-"),
    "an offset in a time": lambda d: "level" in d and d["ts"].endswith("+02:00"),
    "a time in whole seconds": lambda d: (
        "level" in d and len(d["ts"]) == len("2026-10-05T00:00:00Z")
    ),
    "an acknowledgement in _meta": lambda d: "ack" in d["_meta"] and isinstance(d["_meta"], dict),
    "an acknowledgement whose _meta is text": lambda d: isinstance(d["_meta"], str),
    "an acknowledgement beside _meta": lambda d: "ack" in d and isinstance(d["_meta"], dict),
    "an acknowledgement with hints": lambda d: d.get("is_ack") and "hints" in d,
    "an acknowledgement without hints": lambda d: d.get("is_ack") and "hints" not in d,
    "usage": lambda d: _path(d, "interval", "usageRate") == 1,
    "usage without a rate": lambda d: "interval" in d and "usageRate" not in d["interval"],
    "bytes behind": lambda d: any(isinstance(b.get("bytesBehind"), int) for b in _bindings(d)),
    "bytes behind as text": lambda d: any(
        isinstance(b.get("bytesBehind"), str) for b in _bindings(d)
    ),
    "a source's time": lambda d: any("lastSourcePublishedAt" in b for b in _bindings(d)),
    "a derivation's time": lambda d: _path(d, "derive", "lastPublishedAt"),
    "registers": lambda d: _path(d, "derive", "registers"),
    "transforms without source": lambda d: any(
        "update" in b and "source" not in b for b in _bindings(d)
    ),
    "a minute instead of a time": lambda d: "txnCount" in d and d["ts"].endswith(":00Z"),
    "a time with an offset of zero": lambda d: "txnCount" in d and d["ts"].endswith("+00:00"),
    "a second shard": lambda d: _path(d, "shard", "keyBegin") == "80000000",
    "no build": lambda d: "shard" in d and "build" not in d["shard"],
}


@pytest.mark.parametrize("feature", FEATURES)
def test_the_default_data_set_has(feature: str, documents: list[Document]) -> None:
    assert any(map(FEATURES[feature], documents))


def test_a_failure_has_its_story_around_it(lines: dict[str, list[str]]) -> None:
    """Noise, the connector's own error, `shard failed`, and then a new term."""
    (journal,) = (name for name in lines if "/logs/" in name and "my%2Fcapture" in name)
    told = [json.loads(line) for line in lines[journal]]
    at = [document.get("message") for document in told].index("shard failed")
    assert [document["level"] for document in told[at - 5 : at]] == ["warn"] * 4 + ["error"]
    assert told[at - 1]["fields"]["error"] in told[at]["fields"]["error"]
    assert told[at + 1]["message"] == "initialized catalog task term"
    assert _uuid(told[at + 1])[0] != _uuid(told[at])[0]


@pytest.mark.parametrize("what", ["logs", "stats"])
def test_some_appends_are_there_twice(lines: dict[str, list[str]], what: str) -> None:
    for journal, journal_lines in lines.items():
        if f"/{what}/" in journal:
            assert max(Counter(journal_lines).values()) == 2


def test_transactions_are_rolled_back_and_abandoned(lines: dict[str, list[str]]) -> None:
    """Some acknowledge nothing new; some documents of a dead producer wait for ever."""
    kinds: Counter[str] = Counter()
    for journal, journal_lines in lines.items():
        if "/stats/" not in journal:
            continue
        last: dict[str, tuple[int, int]] = {}
        acknowledged: set[tuple[str, int]] = set()
        for producer, clock, flags in map(_uuid, map(json.loads, journal_lines)):
            if flags == ACK_TXN:
                kinds["rolled back"] += (producer, clock) in acknowledged
                acknowledged.add((producer, clock))
            last[producer] = (clock, flags)
        kinds["abandoned"] += sum(flags == CONTINUE_TXN for _, flags in last.values())
    assert kinds["rolled back"] > 10
    assert kinds["abandoned"] > 3


def test_producers_of_two_shards_interleave(lines: dict[str, list[str]]) -> None:
    (journal,) = (name for name in lines if "/stats/" in name and "warehouse%2Fpostgres" in name)
    uuids = [_uuid(json.loads(line)) for line in lines[journal]]
    first = [(left[0], left[2]) for left in uuids]
    assert any(
        left[1] == right[1] == CONTINUE_TXN and left[0] != right[0]
        for left, right in pairwise(first)
    )


def test_usage_comes_from_the_producer_of_the_logs(lines: dict[str, list[str]]) -> None:
    producers = {
        what: {
            _uuid(document)[0]
            for journal in lines
            if f"{what}/" in journal and "my%2Fcapture" in journal
            for document in map(json.loads, lines[journal])
            if what == "logs" or "interval" in document
        }
        for what in ("logs", "stats")
    }
    assert producers["stats"] <= producers["logs"]


def test_one_materialization_never_says_how_far_behind_it_is(summary: DemoSummary) -> None:
    rows = _exported(summary, "columns", "stats", "v0000000001")
    assert not any("bytesBehind" in row["materialize"] for row in rows)


def test_both_layouts_occur(lines: dict[str, list[str]]) -> None:
    assert "ops/dunderCo/logs/kind=capture/name=dunderCo%2Fpaper%2Fsource-mysql/pivot=00" in lines
    current = r"ops/tasks/public/demo-plane/logs/[0-9a-f]{16}/kind=derivation/name=Z%C3%BCrich%2F.+"
    assert any(re.fullmatch(current, journal) for journal in lines)


def test_uuids_are_as_gazette_makes_them() -> None:
    """The examples of FORMATS §3.1."""
    log, stats = Producer("log"), Producer("stats")
    log.node, stats.node = "0b1c2d3e4f50", "9900aabbccdd"
    at_us = 1_714_979_289_123_456
    assert log.uuid(log.tick(at_us), OUTSIDE_TXN) == "64c22900-0b77-11ef-8000-0b1c2d3e4f50"
    stats.tick(at_us)
    continued = stats.tick(at_us)
    assert stats.uuid(continued, CONTINUE_TXN) == "64c2290a-0b77-11ef-8001-9900aabbccdd"
    assert stats.uuid(stats.tick(at_us), ACK_TXN) == "64c22914-0b77-11ef-8002-9900aabbccdd"
    assert _uuid({"_meta": stats.uuid(continued, CONTINUE_TXN)})[1] == 0x1EF0B7764C2290A0
    assert unix_us(continued) == at_us + 1


def test_producers_are_no_network_cards(documents: list[Document]) -> None:
    assert all(int(_uuid(document)[0][:2], 16) & 1 for document in documents)


@pytest.mark.parametrize(
    ("change", "more"),
    [({"days": 2}, "logs"), ({"rate": 4}, "logs"), ({"stats_every_s": 1800}, "stats")],
    ids=["days", "rate", "stats_every_s"],
)
def test_a_larger_plan_gives_more(tmp_path: Path, change: dict[str, Any], more: str) -> None:
    less = write(tmp_path / "less", SMALL)
    greater = write(tmp_path / "greater", DemoPlan(**{**vars(SMALL), **change}))
    assert getattr(greater, more) > 1.5 * getattr(less, more)


def test_more_tasks_have_more_journals(tmp_path: Path) -> None:
    for tasks in (1, 5, 14):
        folder = tmp_path / str(tasks)
        write(folder, DemoPlan(tasks=tasks, days=0.25, rate=1, stats=False, exports=False))
        assert len(list(folder.rglob("name=*"))) == tasks


def test_logs_or_stats_can_be_left_out(tmp_path: Path) -> None:
    only_logs = write(tmp_path / "logs", DemoPlan(**{**vars(SMALL), "stats": False}))
    only_stats = write(tmp_path / "stats", DemoPlan(**{**vars(SMALL), "logs": False}))
    assert (only_logs.stats, only_stats.logs) == (0, 0)
    assert only_logs.logs > 0
    assert only_stats.stats > 0


def test_a_folder_of_someone_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "README.txt").write_text("mine")
    with pytest.raises(DemoFolderNotEmpty):
        write(tmp_path, SMALL)
    assert _tree(tmp_path) == {"README.txt": b"mine"}


def test_an_earlier_data_set_is_replaced(tmp_path: Path) -> None:
    write(tmp_path / "again", DemoPlan(**{**vars(SMALL), "seed": 8}))
    write(tmp_path / "again", SMALL)
    write(tmp_path / "once", SMALL)
    assert _tree(tmp_path / "again") == _tree(tmp_path / "once")
