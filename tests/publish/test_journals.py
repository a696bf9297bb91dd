"""The collection writer: what lies on disk, whoever writes, and whatever is amiss with it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowctl_ops.publish import Limits, Log, Logs, Shard, collection_handler
from flowctl_ops.publish.fragments import close, open_fragments
from flowctl_ops.publish.journals import LOCK, Journal
from tests.publish import files
from tests.publish.files import TASK, closed, documents, growing, logs_journal, messages

SHARD = Shard("capture", TASK)
SMALL = Limits(size=2000)


def publish(data: Path, *numbers: int, limits: Limits | None = None) -> None:
    with Logs(data, SHARD, limits=limits) as handler:
        for number in numbers:
            handler(Log(str(number)))


def numbers(data: Path) -> list[int]:
    return sorted(map(int, messages(data)))


def test_a_journal_is_laid_out_as_flow_lays_it_out(tmp_path: Path) -> None:
    publish(tmp_path, 1, 2)
    [fragment] = growing(logs_journal(tmp_path))
    assert fragment.begin == 0
    assert fragment.path.relative_to(tmp_path).parts[:5] == (
        "ops",
        "acmeCo",
        "logs",
        "kind=capture",
        "name=acmeCo%2Fmy%2Fcapture",
    )
    assert sorted(os.listdir(logs_journal(tmp_path))) == [LOCK, fragment.path.name]


def test_documents_carry_uuids_of_one_producer_whose_clock_rises(tmp_path: Path) -> None:
    publish(tmp_path, *range(50))
    uuids = [document["_meta"]["uuid"] for document in documents(logs_journal(tmp_path))]
    clocks = [uuid[15:18] + uuid[9:13] + uuid[:8] for uuid in uuids]
    assert clocks == sorted(set(clocks))
    assert {(uuid[14], uuid[19:23]) for uuid in uuids} == {("1", "8000")}
    [producer] = {uuid[24:] for uuid in uuids}
    assert int(producer[:2], 16) & 1


def test_a_full_fragment_is_closed_and_the_next_begins_where_it_ends(tmp_path: Path) -> None:
    publish(tmp_path, *range(40), limits=SMALL)
    journal = logs_journal(tmp_path)
    assert len(closed(journal)) >= 3
    ranges = sorted({item[:2] for item in closed(journal) + growing(journal)})
    assert [end for _, end in ranges[:-1]] == [begin for begin, _ in ranges[1:]]
    assert numbers(tmp_path) == list(range(40))


def test_the_next_publisher_goes_on_where_the_last_one_ended(tmp_path: Path) -> None:
    for number in range(30):
        publish(tmp_path, number, limits=SMALL)
    assert numbers(tmp_path) == list(range(30))
    assert files.content(logs_journal(tmp_path)).count(b"\n") == 30


def test_a_fragment_is_closed_by_age(tmp_path: Path) -> None:
    with Logs(tmp_path, SHARD, limits=Limits(age=1)) as handler:
        for number in range(3):
            handler(Log(str(number)))
            threading.Event().wait(1.1)
    assert [fragment.content.count(b"\n") for fragment in closed(logs_journal(tmp_path))]
    assert numbers(tmp_path) == [0, 1, 2]


def test_open_files_of_closed_fragments_are_kept_for_readers_and_then_removed(
    tmp_path: Path,
) -> None:
    publish(tmp_path, *range(20), limits=SMALL)
    journal = logs_journal(tmp_path)
    assert len(growing(journal)) == len(closed(journal)) + 1
    for fragment in closed(journal):
        os.utime(fragment.path, (0, 0))
    publish(tmp_path, 20)
    assert len(growing(journal)) == 1
    assert numbers(tmp_path) == list(range(21))


def test_two_may_close_one_fragment_at_once(tmp_path: Path) -> None:
    publish(tmp_path, *range(200))
    [opened] = open_fragments(logs_journal(tmp_path))
    threads = [threading.Thread(target=close, args=(opened,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [fragment] = closed(logs_journal(tmp_path))
    assert fragment.content == opened.path.read_bytes()
    assert os.listdir(fragment.path.parent) == [fragment.path.name]


def test_what_a_killed_publisher_did_not_close_the_next_one_closes(tmp_path: Path) -> None:
    publish(tmp_path, *range(20), limits=SMALL)
    journal = logs_journal(tmp_path)
    drafts = []
    for fragment in closed(journal):
        drafts.append(fragment.path.with_name(f".{fragment.begin:016x}.7.7"))
        fragment.path.rename(drafts[-1])
    publish(tmp_path, 20)
    assert closed(journal) == []  # somebody may be at it
    for path in [*drafts, *(opened.path for opened in growing(journal))]:
        os.utime(path, (0, 0))
    publish(tmp_path, 21)
    assert not any(draft.exists() for draft in drafts)
    assert len(closed(journal)) == len(growing(journal)) - 1
    assert numbers(tmp_path) == list(range(22))


@pytest.mark.parametrize(
    "torn", [b"{", b'{"_meta":{"uuid":"', b"\x00" * 5000, b'{"a":"' + b"x" * 200_000]
)
def test_a_torn_last_line_is_cut_off_before_the_next(tmp_path: Path, torn: bytes) -> None:
    publish(tmp_path, 1)
    [fragment] = growing(logs_journal(tmp_path))
    with fragment.path.open("ab") as file:
        file.write(torn)
    publish(tmp_path, 2)
    assert numbers(tmp_path) == [1, 2]
    assert files.content(logs_journal(tmp_path)).count(b"\n") == 2


def test_a_line_torn_by_another_is_mended_while_one_publishes(tmp_path: Path) -> None:
    with collection_handler(tmp_path, SHARD) as handler:
        handler(Log("1"))
        [fragment] = growing(logs_journal(tmp_path))
        with fragment.path.open("ab") as file:
            file.write(b'{"torn')
        handler(Log("2"))
    assert numbers(tmp_path) == [1, 2]


def test_a_first_line_that_is_torn_leaves_nothing(tmp_path: Path) -> None:
    publish(tmp_path)
    [fragment] = growing(logs_journal(tmp_path))
    fragment.path.write_bytes(b'{"torn')
    publish(tmp_path, 1)
    assert numbers(tmp_path) == [1]


def test_an_offset_that_a_power_cut_undid_is_found_again(tmp_path: Path) -> None:
    publish(tmp_path, *range(20), limits=SMALL)
    journal = logs_journal(tmp_path)
    (journal / LOCK).write_bytes(b"")
    publish(tmp_path, 20)
    for fragment in growing(journal):
        fragment.path.unlink()
    held = sum(fragment.content.count(b"\n") for fragment in closed(journal))
    (journal / LOCK).write_bytes(b"0" * 16)
    publish(tmp_path, 21)
    assert growing(journal)[0].begin == closed(journal)[-1].end
    assert len(documents(journal)) == held + 1


def test_handles_of_one_process_see_each_others_fragments(tmp_path: Path) -> None:
    handlers = [Logs(tmp_path, SHARD, limits=SMALL) for _ in range(3)]
    for number in range(60):
        handlers[number % 3](Log(str(number)))
    for handler in handlers:
        handler.close()
    assert numbers(tmp_path) == list(range(60))
    order = [int(document["message"]) for document in documents(logs_journal(tmp_path))]
    assert order == list(range(60))


def test_threads_may_share_a_handler(tmp_path: Path) -> None:
    with Logs(tmp_path, SHARD, limits=SMALL) as handler:

        def work(first: int) -> None:
            for number in range(first, first + 25):
                handler(Log(str(number)))

        threads = [threading.Thread(target=work, args=(25 * k,)) for k in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert numbers(tmp_path) == list(range(100))


FORK = """
import os, sys
from flowctl_ops.publish import Log, Shard, collection_handler
handler = collection_handler(sys.argv[1], Shard("capture", "acmeCo/my/capture"))
handler(Log("0"))
children = []
for child in range(1, 4):
    pid = os.fork()
    if not pid:
        for number in range(20):
            handler(Log(str(100 * child + number)))
        os._exit(0)
    children.append(pid)
for number in range(1, 20):
    handler(Log(str(number)))
sys.exit(max(os.waitpid(pid, 0)[1] for pid in children))
"""


def test_both_sides_of_a_fork_publish_as_producers_of_their_own(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", FORK, str(tmp_path)], check=True)
    assert numbers(tmp_path) == [100 * k + n for k in range(4) for n in range(20)]
    uuids = {document["_meta"]["uuid"] for document in documents(logs_journal(tmp_path))}
    assert len(uuids) == 80
    assert len({uuid[24:] for uuid in uuids}) == 4


def test_a_handler_that_was_closed_opens_its_journal_again(tmp_path: Path) -> None:
    handler = collection_handler(tmp_path, SHARD)
    handler(Log("1"))
    handler.close()
    handler(Log("2"))
    handler.close()
    assert numbers(tmp_path) == [1, 2]


SIGNAL = """
import signal, sys
from flowctl_ops.publish import *
shard = Shard("capture", "acmeCo/my/capture")
logs = collection_handler(sys.argv[1], shard)
stats = StatsPublisher(sys.argv[1], shard)
handled = [0]

def handle(number, frame):
    handled[0] += 1
    logs(Log(str(10_000 + handled[0])))
    stats.publish_stats(Stats(shard, txn_count=1))

signal.signal(signal.SIGALRM, handle)
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
for number in range(2000):
    logs(Log(str(number)))
    stats.publish_stats(Stats(shard, txn_count=1))
signal.setitimer(signal.ITIMER_REAL, 0)
print(handled[0])
"""


def test_a_signals_handler_may_publish_amid_a_publishing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SIGNAL, str(tmp_path)], check=True, capture_output=True, timeout=60
    )
    handled = int(done.stdout)
    expected = [*range(2000), *range(10_001, 10_001 + handled)]
    assert numbers(tmp_path) == expected
    [count] = files.read(tmp_path, "sql", "SELECT count(*) AS n FROM stats", "--json")
    assert count == {"n": len(expected)}


def test_with_fsync_the_same_is_written(tmp_path: Path) -> None:
    with collection_handler(tmp_path, SHARD, fsync="always") as handler:
        handler(Log("1"))
    assert numbers(tmp_path) == [1]


def test_a_batch_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    """A file may not grow beyond a limit: as on a full disk, the first part can be written."""
    script = f"""
import resource, signal
from flowctl_ops.publish.journals import Journal, Limits
from pathlib import Path
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
journal = Journal(Path({str(tmp_path)!r}), Limits(), "never")
journal.append(b"x" * 99 + b"\\n")
resource.setrlimit(resource.RLIMIT_FSIZE, (250, 250))
try:
    journal.append(b"y" * 999 + b"\\n")
except OSError as error:
    print(error.strerror)
journal.append(b"z" * 99 + b"\\n")
journal.close()
"""
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    assert done.stdout == "File too large\n"
    [fragment] = growing(tmp_path)
    assert fragment.content == b"x" * 99 + b"\n" + b"z" * 99 + b"\n"


MOUNT = 'mount -t tmpfs -o size=256k tmpfs "$0" && exec "$@"'
FILL = """
import shutil, signal, sys
from flowctl_ops.publish import *
disk, kept = sys.argv[1:]
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
acknowledged = 0
with Logs(disk, Shard("capture", "acmeCo/my/capture"), limits=Limits(size=40_000)) as handler:
    try:
        while acknowledged < 5000:
            handler(Log(str(acknowledged)))
            acknowledged += 1
    except OSError as error:
        print(acknowledged, error.strerror)
shutil.copytree(disk, kept)
"""


def full_disk(way: str, disk: Path) -> list[str]:
    """The command before one that is to find the folder on a disk of 256 KiB."""
    if way == "a file that may not grow":
        return ["sh", "-c", 'ulimit -f 32 && exec "$@"', "sh"]
    return ["unshare", "--mount", "--map-root-user", "sh", "-c", MOUNT, str(disk)]


def may_mount(folder: Path) -> bool:
    """Tell whether somebody who is not root, either, may mount a file system of their own."""
    folder.mkdir()
    try:
        done = subprocess.run(
            [*full_disk("a disk", folder), "true"], check=False, capture_output=True
        )
    except FileNotFoundError:
        return False
    return done.returncode == 0


def test_a_full_disk_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    """On a small tmpfs where one may be mounted; a file that may not grow fills everywhere."""
    ways = {"a file that may not grow": "File too large"}
    if may_mount(tmp_path / "may"):
        ways["a disk"] = "No space left on device"
    for way, said in ways.items():
        disk, kept = tmp_path / way, tmp_path / f"kept of {way}"
        disk.mkdir()
        command = [*full_disk(way, disk), sys.executable, "-c", FILL, str(disk), str(kept)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        acknowledged, _, error = done.stdout.strip().partition(" ")
        assert error == said
        assert numbers(kept) == list(range(int(acknowledged)))
        assert int(acknowledged) > 50


spans = st.lists(st.integers(0, 3), min_size=1, max_size=30)


@given(spans, st.integers(100, 1000))
@settings(max_examples=25, deadline=None)
def test_however_publishers_take_turns_a_journal_has_no_hole(
    tmp_path_factory: pytest.TempPathFactory, turns: list[int], size: int
) -> None:
    folder = tmp_path_factory.mktemp("journal")
    journals = [Journal(folder, Limits(size=size), "never") for _ in range(4)]
    written = b""
    for number, turn in enumerate(turns):
        line = b'{"_meta":{"uuid":"64c22900-0b77-11ef-8000-0b1c2d3e4f50"},"n":%d}\n' % number
        journals[turn].append(line)
        written += line
        if number % 7 == 6:
            journals[turn].close()
    for journal in journals:
        journal.close()
    assert files.content(folder) == written
    assert open_fragments(folder)
