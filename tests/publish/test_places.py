"""Where journals lie, and that nobody else's is ever written to."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest

from flowctl_ops.errors import UsageError
from flowctl_ops.publish import Log, Shard, collection_handler
from flowctl_ops.publish.names import encoded, is_build, journal
from flowctl_ops.vocabulary import Collection, TaskKind
from tests.publish.files import JOURNAL, TASK, messages

SHARD = Shard("capture", TASK)
NAMES = {
    "acmeCo/my/capture": "acmeCo%2Fmy%2Fcapture",
    "acmeCo/a-b_c.d": "acmeCo%2Fa-b_c.d",
    "acmeCo/été": "acmeCo%2F%C3%A9t%C3%A9",
    "acmeCo/數據": "acmeCo%2F%E6%95%B8%E6%93%9A",
    "lonely": "lonely",
}


@pytest.mark.parametrize(("name", "partition"), NAMES.items())
def test_a_name_is_encoded_as_a_partition(name: str, partition: str) -> None:
    assert encoded(name) == partition


def test_a_journal_is_named_as_flow_names_it() -> None:
    name = "ops/acmeCo/stats/kind=materialization/name=acmeCo%2Fx/pivot=00"
    assert journal("acmeCo/x", TaskKind.MATERIALIZATION, Collection.STATS) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/a",
        "a/",
        "a//b",
        "a b",
        "a/../b",
        "../a",
        ".",
        "a/./b",
        "a\n",
        "a%2Fb",
        "a=b",
        "$(x)",
        "a" * 300,
    ],
)
def test_what_is_no_catalog_name_is_told_the_rule(name: str) -> None:
    with pytest.raises(UsageError) as raised:
        Shard("capture", name)
    assert raised.value.hint


@pytest.mark.parametrize("kind", ["", "Capture", "derive", "materialize", "collection"])
def test_what_is_no_kind_is_told_the_kinds(kind: str) -> None:
    with pytest.raises(UsageError, match="is no kind of task"):
        Shard(kind, TASK)


@pytest.mark.parametrize("key", ["", "0", "0000000G", "0000000A", "000000000"])
def test_what_begins_no_range_is_refused(key: str) -> None:
    with pytest.raises(UsageError, match="begins no range"):
        Shard("capture", TASK, key_begin=key)
    with pytest.raises(UsageError, match="begins no range"):
        Shard("capture", TASK, r_clock_begin=key)


def test_a_build_is_hex() -> None:
    assert [
        is_build(text) for text in ("0123456789abcdef", "11:22:33:44:55:66:77:88", "x", "12")
    ] == [
        True,
        True,
        False,
        False,
    ]
    with pytest.raises(UsageError, match="is no build"):
        Shard("capture", TASK, build="new")


COPIES = {
    "the same journal": JOURNAL.format("logs"),
    "below a storage prefix": "bucket/collection-data/" + JOURNAL.format("logs"),
    "decoded by a download": "ops/acmeCo/logs/kind=capture/name=acmeCo/my/capture/pivot=00",
    "encoded in lower case": "ops/acmeCo/logs/kind=capture/name=acmeCo%2fmy%2fcapture/pivot=00",
}


def copied(data: Path, folder: str) -> dict[Path, bytes]:
    """Lay down a bucket's copy of a fragment, and another file that a sync left."""
    journal = data / folder / "utc_date=2026-11-25/utc_hour=04"
    journal.mkdir(parents=True)
    line = (
        '{"_meta":{"uuid":"64c22900-0b77-11ef-8000-0b1c2d3e4f50"},'
        f'"shard":{SHARD.json()},"ts":"2026-11-25T04:00:00Z","level":"info","message":"theirs"}}\n'
    ).encode()
    sha1 = hashlib.sha1(line).hexdigest()
    (journal / f"{0:016x}-{len(line):016x}-{sha1}.gz").write_bytes(gzip.compress(line, mtime=0))
    return contents(data)


def contents(data: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}


@pytest.mark.parametrize("folder", COPIES.values(), ids=list(COPIES))
def test_beside_a_copy_of_a_journal_a_new_one_is_made(tmp_path: Path, folder: str) -> None:
    theirs = copied(tmp_path, folder)
    for number in range(3):
        with collection_handler(tmp_path, SHARD) as handler:
            handler(Log(f"ours {number}"))
    assert {path: kept for path, kept in contents(tmp_path).items() if path in theirs} == theirs
    assert sorted(messages(tmp_path)) == ["ours 0", "ours 1", "ours 2", "theirs"]
    [generation] = {path.name for path in (tmp_path / "ops/acmeCo/logs").iterdir()} - {
        "kind=capture"
    }
    assert len(generation) == 16
    assert int(generation, 16)


def test_a_copy_of_our_own_generation_is_not_written_to_either(tmp_path: Path) -> None:
    copied(tmp_path, JOURNAL.format("logs"))
    with collection_handler(tmp_path, SHARD) as handler:
        handler(Log("first"))
    for lock in tmp_path.rglob(".publish"):
        lock.unlink()  # as a download leaves hidden files behind
    theirs = contents(tmp_path)
    with collection_handler(tmp_path, SHARD) as handler:
        handler(Log("second"))
    assert {path: kept for path, kept in contents(tmp_path).items() if path in theirs} == theirs
    assert sorted(messages(tmp_path)) == ["first", "second", "theirs"]


def test_other_tasks_and_collections_are_no_copies(tmp_path: Path) -> None:
    copied(tmp_path, JOURNAL.format("stats"))
    copied(tmp_path, JOURNAL.format("logs").replace("my", "your"))
    with collection_handler(tmp_path, SHARD) as handler:
        handler(Log("ours"))
    assert (tmp_path / JOURNAL.format("logs") / ".publish").exists()
