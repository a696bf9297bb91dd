"""What is given of files that come and grow: the parts that the property test does not reach."""

from __future__ import annotations

import gzip
import hashlib
import os
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from flowctl_ops.errors import NothingFound
from flowctl_ops.filters import NameFilter
from flowctl_ops.sources.files import SourceFile
from flowctl_ops.sources.ledger import Ledger
from flowctl_ops.sources.watch import Watch

LOG = b'{"ts":"2026-10-05T10:00:00Z","level":"info","message":"%d"}\n'
LONG_AGO = 1_700_000_000
JOURNAL = "ops/acmeCo/logs/kind=capture/name=acmeCo%2Fa/pivot=00"


class Looker:
    """A watch and a ledger, asked in turn."""

    def __init__(self, folder: Path, patience: float = 10.0) -> None:
        self.data = folder / "data"
        self.data.mkdir()
        (folder / "pieces").mkdir()
        self.ledger = Ledger(folder / "pieces", patience)
        self.watch = Watch([str(self.data)], NameFilter())

    def first(self) -> list[SourceFile]:
        return self.ledger.first(self.watch.look().files)

    def later(self) -> list[SourceFile]:
        """Give what is whole once it is seen that nothing changes any more."""
        assert self.next() == []
        return self.next()

    def next(self) -> list[SourceFile]:
        return self.ledger.arrival(self.watch.look().files, self.watch.gone)


@pytest.fixture
def looker(tmp_path: Path) -> Iterator[Looker]:
    looker = Looker(tmp_path)
    yield looker
    looker.ledger.close()


def text(files: list[SourceFile]) -> bytes:
    return b"".join(
        gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
        for content in (Path(file.path).read_bytes() for file in files)
    )


def rest(path: Path) -> None:
    """Let a file look as if nobody writes it any more."""
    os.utime(path, (LONG_AGO, LONG_AGO))


def fragment(folder: Path, begin: int, content: bytes, end: int | None = None) -> Path:
    path = folder / JOURNAL / "utc_date=2026-10-05/utc_hour=10"
    path.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha1(content).hexdigest()
    return path / f"{begin:016x}-{end or begin + len(content):016x}-{digest}.gz"


def test_a_file_at_rest_is_read_where_it_lies_and_one_that_is_written_as_a_piece(
    looker: Looker,
) -> None:
    for name in ("rests", "grows", "no-end"):
        (looker.data / f"{name}.jsonl").write_bytes(LOG % 1)
    (looker.data / "no-end.jsonl").write_bytes(LOG % 1 + b'{"ts"')
    rest(looker.data / "rests.jsonl")
    rest(looker.data / "no-end.jsonl")
    files = looker.first()
    in_place = [file.path for file in files if not file.piped]
    assert in_place == [str(looker.data / "rests.jsonl")]
    assert text(files) == 3 * (LOG % 1)
    assert looker.next() == []


@pytest.mark.parametrize("settled", [True, False])
def test_lines_of_a_piece_are_counted_from_the_beginning_of_its_file(
    looker: Looker, *, settled: bool
) -> None:
    path = looker.data / "x.jsonl"
    path.write_bytes(3 * LOG % (1, 2, 3))
    if settled:
        rest(path)
    looker.first()
    with path.open("ab") as stream:
        stream.write(LOG % 4)
    assert [file.lines_before for file in looker.next()] == [3]


def test_members_that_are_added_to_a_compressed_file_are_read_alone(looker: Looker) -> None:
    path = looker.data / "x.jsonl.gz"
    path.write_bytes(gzip.compress(LOG % 1))
    assert text(looker.first()) == LOG % 1
    more = gzip.compress(LOG % 2)
    with path.open("ab") as stream:
        stream.write(more[:-9])
    assert looker.next() == []
    with path.open("ab") as stream:
        stream.write(more[-9:])
    assert text(looker.later()) == LOG % 2


def test_what_stays_broken_is_given_once_and_once_more_when_it_is_whole(tmp_path: Path) -> None:
    looker = Looker(tmp_path, patience=0)
    looker.first()
    content = b"".join(LOG % number for number in range(500))
    path = fragment(looker.data, 0, content)
    packed = gzip.compress(content)
    path.write_bytes(packed[: len(packed) // 2])
    broken = looker.next()
    assert [file.path for file in broken] == [str(path)]
    looker.ledger.settle(broken, {broken[0].shown})
    assert looker.next() == []
    path.write_bytes(packed)
    (piece,) = looker.later()
    assert piece.fragment is not None
    assert content.endswith(text([piece]))
    assert 0 < piece.fragment.begin == len(content) - piece.size
    looker.ledger.close()


def test_of_a_fragment_that_overlaps_others_only_what_is_missing_is_read(looker: Looker) -> None:
    size = len(LOG % 0)
    content = b"".join(LOG % number for number in range(8))
    for begin, end in ((1, 2), (4, 5)):
        part = content[begin * size : end * size]
        fragment(looker.data, begin * size, part).write_bytes(gzip.compress(part))
    assert len(looker.first()) == 2
    fragment(looker.data, 0, content).write_bytes(gzip.compress(content))
    assert text(looker.next()) == b"".join(LOG % number for number in (0, 2, 3, 5, 6, 7))
    assert looker.next() == []


def test_few_files_are_kept_open(looker: Looker) -> None:
    for number in range(300):
        (looker.data / f"{number}.jsonl").write_bytes(LOG % number)
        if number % 2:
            rest(looker.data / f"{number}.jsonl")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (150, before[1]))
    try:
        assert text(looker.first()).count(b"\n") == 300
        for number in range(300):
            with (looker.data / f"{number}.jsonl").open("ab") as stream:
                stream.write(LOG % (1000 + number))
        assert text(looker.next()).count(b"\n") == 300
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_an_older_backfill_of_an_export_that_comes_late_is_passed_over(looker: Looker) -> None:
    for backfill in (2, 1, 3):
        folder = looker.data / f"v{backfill:010d}"
        folder.mkdir()
        (folder / f"{0:020d}.csv").write_text("ts,level,message\n2026-10-05T10:00:00Z,info,x\n")
        assert bool(looker.next()) is (backfill != 1)


def test_of_an_export_only_the_newest_backfill_is_read_at_first(looker: Looker) -> None:
    for backfill in (2, 3, 1):
        folder = looker.data / f"v{backfill:010d}"
        folder.mkdir()
        (folder / f"{0:020d}.csv").write_text("ts,level,message\n2026-10-05T10:00:00Z,info,x\n")
    assert len(looker.first()) == 1


def test_a_link_that_leads_elsewhere_is_followed_there(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.jsonl").write_bytes(LOG % 1)
    link = tmp_path / "current.jsonl"
    link.symlink_to("a.jsonl")
    watch = Watch([str(link)], NameFilter())
    assert [Path(file.path).name for file in watch.look().files] == ["a.jsonl"]
    assert watch.look().files == []
    link.unlink()
    link.symlink_to("b.jsonl")
    assert [Path(file.path).name for file in watch.look().files] == ["b.jsonl"]


def test_a_folder_whose_time_is_set_back_is_looked_through(looker: Looker) -> None:
    """So do tools that copy times, too."""
    rest(looker.data)
    looker.first()
    (looker.data / "x.jsonl").write_bytes(LOG % 1)
    rest(looker.data)
    assert text(looker.next()) == LOG % 1


def test_a_watch_wants_a_path_that_is_there(tmp_path: Path) -> None:
    with pytest.raises(NothingFound):
        Watch([str(tmp_path / "nowhere")], NameFilter())
    some = Watch([str(tmp_path / "nowhere"), str(tmp_path)], NameFilter())
    assert [problem.reason for problem in some.look().problems] == ["does not exist"]
    (tmp_path / "nowhere").write_bytes(LOG % 1)
    assert [file.shown for file in some.look().files] == [str(tmp_path / "nowhere")]


def test_a_glob_sees_what_comes_to_match(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(LOG % 1)
    watch = Watch([str(tmp_path / "*.jsonl")], NameFilter())
    watch.look()
    (tmp_path / "b.jsonl").write_bytes(LOG % 2)
    (tmp_path / "c.txt").write_bytes(LOG % 3)
    assert [Path(file.path).name for file in watch.look().files] == ["b.jsonl"]


def test_a_look_pauses_by_what_it_costs(tmp_path: Path) -> None:
    watch = Watch([str(tmp_path)], NameFilter())
    for cost, low, high in ((0, 0.1, 0.3), (0.006, 0.6, 1), (0.06, 0.6, 1), (1, 5, 20)):
        watch._cost = cost  # noqa: SLF001 - as if a look had taken so many seconds
        assert low <= watch.pause <= high
