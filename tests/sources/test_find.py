"""The walk below the data paths: what is found, what is passed over, and what is never entered."""

from __future__ import annotations

import gzip
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flowctl_ops.errors import NothingFound
from flowctl_ops.filters import NameFilter
from flowctl_ops.sources.files import Codec, FileFormat, Found
from flowctl_ops.sources.find import find, nearest
from flowctl_ops.vocabulary import TaskKind

ANY = NameFilter()
LINE = b'{"ts":"2024-05-06T07:08:09Z","level":"info","message":"hi"}\n'
NAME = "0000000000000000-000000000000003c-" + "0" * 40
JOURNAL = "ops/acmeCo/logs/kind=capture/name=acmeCo%2Fa/pivot=00"
HOUR = "utc_date=2024-05-06/utc_hour=07"


def put(path: Path, data: bytes = LINE) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def search(*data: Path | str, names: NameFilter = ANY, kind: TaskKind | None = None) -> Found:
    return find([str(path) for path in data], names, kind)


def shown(found: Found, below: Path) -> list[str]:
    return sorted(os.path.relpath(file.shown, below) for file in found.files)


def left_out(found: Found) -> dict[str, str | None]:
    return {os.path.basename(file.path): file.why_not for file in found.left_out}


BY_NAME: dict[str, tuple[str, bytes, FileFormat, Codec]] = {
    "JSON lines": ("a.jsonl", LINE, FileFormat.JSON, Codec.NONE),
    "newline-delimited": ("a.ndjson", LINE, FileFormat.JSON, Codec.NONE),
    "JSON": ("a.json", LINE, FileFormat.JSON, Codec.NONE),
    "a log": ("a.log", LINE, FileFormat.JSON, Codec.NONE),
    "gzip": ("a.jsonl.gz", gzip.compress(LINE), FileFormat.JSON, Codec.GZIP),
    "zstd": ("a.ndjson.zst", b"\x28\xb5\x2f\xfd", FileFormat.JSON, Codec.ZSTD),
    "snappy": ("a.json.sz", b"\xff\x06\0\0", FileFormat.JSON, Codec.SNAPPY),
    "capitals": ("A.JSONL.GZ", gzip.compress(LINE), FileFormat.JSON, Codec.GZIP),
    "gzip without saying so": ("a.jsonl", gzip.compress(LINE), FileFormat.JSON, Codec.GZIP),
    "a byte order mark": ("a.jsonl", b"\xef\xbb\xbf" + LINE, FileFormat.JSON, Codec.MARKED),
    "Parquet": ("a.parquet", b"PAR1", FileFormat.PARQUET, Codec.NONE),
    "CSV": ("a.csv", b"ts,level\n", FileFormat.CSV, Codec.NONE),
    "CSV, gzip": ("a.csv.gz", gzip.compress(b"ts,level\n"), FileFormat.CSV, Codec.GZIP),
    "no extension, JSON within": ("saved", LINE, FileFormat.JSON, Codec.NONE),
    "no extension, gzip within": ("saved", gzip.compress(LINE), FileFormat.JSON, Codec.GZIP),
    "no extension, Parquet within": ("saved", b"PAR1", FileFormat.PARQUET, Codec.NONE),
    "a fragment on its own": (f"{NAME}.gz", gzip.compress(LINE), FileFormat.JSON, Codec.GZIP),
    "a fragment on its own, no extension": (NAME, LINE, FileFormat.JSON, Codec.NONE),
}


@pytest.mark.parametrize(
    ("name", "data", "file_format", "codec"), BY_NAME.values(), ids=list(BY_NAME)
)
def test_a_file_is_known_by_its_name_and_else_by_its_bytes(
    name: str, data: bytes, file_format: FileFormat, codec: Codec, tmp_path: Path
) -> None:
    put(tmp_path / name, data)
    [file] = search(tmp_path).files
    assert (file.format, file.codec, file.size) == (file_format, codec, len(data))


FRAGMENTS: dict[str, tuple[str, bytes, Codec]] = {
    "gzip": (".gz", gzip.compress(LINE), Codec.GZIP),
    "gzip, in full": (".gzip", gzip.compress(LINE), Codec.GZIP),
    "gzip, in capitals": (".GZ", gzip.compress(LINE), Codec.GZIP),
    "zstd": (".zst", b"\x28\xb5\x2f\xfd", Codec.ZSTD),
    "zstd, in full": (".zstandard", b"\x28\xb5\x2f\xfd", Codec.ZSTD),
    "snappy": (".sz", b"\xff\x06\0\0", Codec.SNAPPY),
    "snappy, in full": (".snappy", b"\xff\x06\0\0", Codec.SNAPPY),
    "raw": (".raw", LINE, Codec.NONE),
    "offloaded, as it is stored": ("", gzip.compress(LINE), Codec.GZIP),
    "offloaded, decompressed on the way": ("", LINE, Codec.NONE),
    "offloaded, by its own extension": (".gzod", gzip.compress(LINE), Codec.GZIP),
}


@pytest.mark.parametrize(("extension", "data", "codec"), FRAGMENTS.values(), ids=list(FRAGMENTS))
def test_a_fragment_is_known_with_every_codec(
    extension: str, data: bytes, codec: Codec, tmp_path: Path
) -> None:
    put(tmp_path / JOURNAL / HOUR / (NAME + extension), data)
    [file] = search(tmp_path).files
    assert (file.task, file.kind, file.codec) == ("acmeCo/a", "capture", codec)
    assert file.fragment is not None
    assert file.fragment.end == len(LINE)


PASSED_OVER: dict[str, tuple[str, bytes, str]] = {
    "prose": ("README.md", b"# Read me\n", "not of a known format"),
    "a script without an extension": ("run", b"#!/bin/sh\n", "not of a known format"),
    "an empty file without an extension": ("touched", b"", "not of a known format"),
    "a compressed file of no format": ("backup.gz", b"\x1f\x8b", "not of a known format"),
    "a note below a journal": (f"{JOURNAL}/{HOUR}/note.json", LINE, "no fragment"),
    "a partial download": (f"{JOURNAL}/{HOUR}/{NAME}.gz.part", b"\x1f\x8b", "no fragment"),
    "a marker beside the hours": (f"{JOURNAL}/_SUCCESS", b"", "no fragment"),
    "a fragment of data": (
        f"collection-data/acmeCo/orders/pivot=00/{HOUR}/{NAME}.gz",
        gzip.compress(LINE),
        "another collection",
    ),
    "a fragment of a partitioned collection": (
        f"collection-data/acmeCo/orders/kind=x/name=y/pivot=00/{HOUR}/{NAME}.gz",
        gzip.compress(LINE),
        "another collection",
    ),
    "an older backfill": (
        "acmeCo/logs/v0000000001/00000000000000000009.parquet",
        b"PAR1",
        "of an older backfill",
    ),
}


@pytest.mark.parametrize(("name", "data", "why_not"), PASSED_OVER.values(), ids=list(PASSED_OVER))
def test_what_is_passed_over_is_remembered_with_its_reason(
    name: str, data: bytes, why_not: str, tmp_path: Path
) -> None:
    kept = put(tmp_path / "acmeCo/logs/v0000000002/00000000000000000010.parquet", b"PAR1")
    passed = put(tmp_path / name, data)
    found = search(tmp_path)
    assert left_out(found) == {passed.name: why_not}
    assert [file.path for file in found.files] == [str(kept)]


def test_every_path_has_backfills_of_its_own(tmp_path: Path) -> None:
    put(tmp_path / "acmeCo/logs/v0000000002/00000000000000000010.parquet", b"PAR1")
    put(tmp_path / "bobCo/logs/v0000000001/00000000000000000001.parquet", b"PAR1")
    assert len(search(tmp_path).files) == 2


@pytest.fixture
def entered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders that the walk lists, in order."""
    folders: list[str] = []
    list_folder = os.scandir

    def listed(folder: str) -> Iterator[os.DirEntry[str]]:
        folders.append(folder)
        return list_folder(folder)

    monkeypatch.setattr(os, "scandir", listed)
    return folders


ENCODED = ("name=acmeCo%2Fa", "name=acmeCo%2Fb", "name=bobCo%2Fa")
DECODED = ("name=acmeCo/a", "name=acmeCo/b", "name=bobCo/a")


@pytest.mark.parametrize("folders", [ENCODED, DECODED], ids=["encoded", "decoded"])
def test_folders_of_other_tasks_are_not_entered(
    folders: tuple[str, ...], tmp_path: Path, entered: list[str]
) -> None:
    for folder in folders:
        put(tmp_path / f"ops/acmeCo/logs/kind=capture/{folder}/pivot=00/{HOUR}/{NAME}.raw")
    found = search(tmp_path, names=NameFilter(("acmeCo/a",)))
    assert [file.task for file in found.files] == ["acmeCo/a"]
    assert found.tasks == {"acmeCo/a", "acmeCo/b", "bobCo/a"}
    assert found.passed_folders["of another task"] == 2
    pivots = [folder for folder in entered if os.path.basename(folder) == "pivot=00"]
    assert pivots == [str(tmp_path / f"ops/acmeCo/logs/kind=capture/{folders[0]}/pivot=00")]


def test_folders_of_other_kinds_are_not_entered(tmp_path: Path, entered: list[str]) -> None:
    for kind in TaskKind:
        put(tmp_path / f"ops/acmeCo/logs/kind={kind}/name=acmeCo%2F{kind}/pivot=00/{NAME}.raw")
    found = search(tmp_path, kind=TaskKind.DERIVATION)
    assert [file.kind for file in found.files] == ["derivation"]
    assert len([folder for folder in entered if folder.endswith("pivot=00")]) == 1


def test_a_task_whose_name_begins_with_another_tasks_name_is_found(tmp_path: Path) -> None:
    """Flow forbids such a pair at one time, but not one after the other; decoded they nest."""
    for task in ("acmeCo/a", "acmeCo/a/b"):
        put(tmp_path / f"ops/acmeCo/logs/kind=capture/name={task}/pivot=00/{NAME}.raw")
    found = search(tmp_path, names=NameFilter(("acmeCo/a/b",)))
    assert [file.task for file in found.files] == ["acmeCo/a/b"]


@pytest.mark.parametrize("name", ["acmeCo/", "*/a", "acmeCo/a", "acme*"])
def test_a_journal_is_entered_for_every_way_to_ask_for_its_task(name: str, tmp_path: Path) -> None:
    put(tmp_path / JOURNAL / HOUR / f"{NAME}.raw")
    assert len(search(tmp_path, names=NameFilter((name,))).files) == 1


def test_recovery_logs_are_not_entered(tmp_path: Path, entered: list[str]) -> None:
    put(tmp_path / JOURNAL / HOUR / f"{NAME}.raw")
    put(tmp_path / f"recovery/capture/acmeCo/a/pivot=00/{NAME}.sz")
    put(tmp_path / f"bucket/flow/recovery/materialize/acmeCo/b/{NAME}.sz")
    found = search(tmp_path)
    assert shown(found, tmp_path) == [f"{JOURNAL}/{HOUR}/{NAME}.raw"]
    assert found.passed_folders["recovery log"] == 2
    assert [folder for folder in entered if "recovery/" in folder] == []


@pytest.mark.parametrize(
    "journal",
    [
        "ops/recovery/logs/kind=capture/name=recovery%2Fa/pivot=00",
        "ops/recovery/logs/kind=capture/name=recovery/a/pivot=00",
        "ops/acmeCo/logs/kind=capture/name=acmeCo/recovery/pivot=00",
        "ops/acmeCo/logs/kind=capture/name=acmeCo/recovery/a/pivot=00",
        "ops/tasks/private/recovery/c1/logs/kind=capture/name=recovery%2Fa/pivot=00",
    ],
)
def test_a_task_or_a_tenant_may_be_called_recovery(journal: str, tmp_path: Path) -> None:
    put(tmp_path / journal / HOUR / f"{NAME}.raw")
    assert len(search(tmp_path).files) == 1


def test_hidden_files_and_folders_are_passed_over(tmp_path: Path, entered: list[str]) -> None:
    put(tmp_path / "a.jsonl")
    put(tmp_path / ".a.jsonl.swp")
    put(tmp_path / ".b.jsonl")
    put(tmp_path / ".git/c.jsonl")
    found = search(tmp_path)
    assert shown(found, tmp_path) == ["a.jsonl"]
    assert found.passed_folders["hidden"] == 3
    assert entered == [str(tmp_path)]


def test_a_hidden_folder_or_file_that_the_user_names_is_read(tmp_path: Path) -> None:
    folder = put(tmp_path / ".cache/a.jsonl").parent
    file = put(tmp_path / ".saved.jsonl")
    assert shown(search(folder, file), tmp_path) == [".cache/a.jsonl", ".saved.jsonl"]


@pytest.mark.parametrize("name", ["saved.txt", "saved", "saved.2024-05-06"])
def test_a_file_that_the_user_names_is_taken_for_documents(name: str, tmp_path: Path) -> None:
    [file] = search(put(tmp_path / name)).files
    assert file.format is FileFormat.JSON


def test_a_fragment_that_the_user_names_still_knows_its_journal(tmp_path: Path) -> None:
    [file] = search(put(tmp_path / JOURNAL / HOUR / f"{NAME}.raw")).files
    assert file.task == "acmeCo/a"
    assert file.fragment is not None


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    put(tmp_path / "a/b/a.jsonl")
    (tmp_path / "a/b/up").symlink_to(tmp_path / "a")
    (tmp_path / "a/self").symlink_to(tmp_path)
    found = search(tmp_path)
    assert len(found.files) == 1
    assert found.problems == []


@pytest.mark.parametrize("target", ["nowhere.jsonl", "loop.jsonl"])
def test_a_link_to_nothing_is_a_problem_of_its_own(target: str, tmp_path: Path) -> None:
    """A link to itself is the same to the user as one to a file that has gone."""
    put(tmp_path / "a.jsonl")
    (tmp_path / "loop.jsonl").symlink_to(tmp_path / target)
    found = search(tmp_path)
    assert shown(found, tmp_path) == ["a.jsonl"]
    assert [problem.where for problem in found.problems] == [str(tmp_path / "loop.jsonl")]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_a_problem_and_the_rest_is_found(tmp_path: Path) -> None:
    put(tmp_path / "a.jsonl")
    closed = put(tmp_path / "closed/b.jsonl").parent
    (tmp_path / "behind.jsonl").symlink_to(closed / "b.jsonl")
    closed.chmod(0)
    try:
        found = search(tmp_path)
    finally:
        closed.chmod(0o700)
    assert shown(found, tmp_path) == ["a.jsonl"]
    assert (
        sorted(problem.reason for problem in found.problems)
        == ["cannot be read: permission denied"] * 2
    )


@pytest.mark.parametrize("how", ["twice", "inner", "link", "dots", "glob", "file"])
def test_what_is_given_twice_is_found_once(how: str, tmp_path: Path) -> None:
    folder = put(tmp_path / "data/inner/a.jsonl").parent.parent
    link = tmp_path / "link"
    link.symlink_to(folder)
    again = {
        "twice": folder,
        "inner": folder / "inner",
        "link": link,
        "dots": folder / "inner/..",
        "glob": tmp_path / "d*",
        "file": folder / "inner/a.jsonl",
    }[how]
    assert len(search(folder, again).files) == 1
    assert len(search(again, folder).files) == 1


ODD_NAMES = [
    "[0-9]",
    "*",
    "a?b",
    "{a,b}",
    "it's",
    'say "hi"',
    "two words",
    " edge ",
    "new\nline",
    "日本 Ünï",
    "per%cent",
    "back\\slash",
    "$(touch x)",
    "-d",
    "~",
    "kind=capture",
    "name=acmeCo%2Fa",
    *([os.fsdecode(b"\xff\xfe")] if sys.platform == "linux" else []),  # elsewhere names are text
]


@pytest.mark.parametrize("name", ODD_NAMES, ids=ascii)
def test_odd_folder_names_are_names_like_others(name: str, tmp_path: Path) -> None:
    put(tmp_path / name / "a.jsonl")
    assert shown(search(tmp_path / name), tmp_path) == [f"{name}/a.jsonl"]
    put(tmp_path / name / JOURNAL / HOUR / f"{NAME}.raw")
    found = search(tmp_path)
    assert [file.task for file in found.files if file.fragment] == ["acmeCo/a"]


def test_a_glob_gives_all_that_it_matches(tmp_path: Path) -> None:
    for name in ("one/a.jsonl", "one/b.log", "two/a.jsonl"):
        put(tmp_path / name)
    assert shown(search(tmp_path / "**/a.jsonl"), tmp_path) == ["one/a.jsonl", "two/a.jsonl"]


def test_a_name_that_exists_is_no_glob(tmp_path: Path) -> None:
    put(tmp_path / "[ab]/one.jsonl")
    put(tmp_path / "a/two.jsonl")
    assert shown(search(tmp_path / "[ab]"), tmp_path) == ["[ab]/one.jsonl"]


def test_files_are_shown_as_the_user_typed_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "data/a.jsonl")
    monkeypatch.chdir(tmp_path)
    for typed, expected in [
        ("data", "data/a.jsonl"),
        (".", "data/a.jsonl"),
        ("data/../data", "data/../data/a.jsonl"),
    ]:
        assert [file.shown for file in search(typed).files] == [expected]


@pytest.mark.parametrize("lacking", ["missing", "missing*", ""])
def test_a_path_that_does_not_exist_is_named(lacking: str, tmp_path: Path) -> None:
    path = str(tmp_path / lacking) if lacking else ""
    with pytest.raises(NothingFound, match="does not exist"):
        search(path)


def test_a_folder_with_nothing_in_it_says_what_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(NothingFound, match=r"nothing to read in .*looked for") as raised:
        search(tmp_path)
    assert raised.value.hint is not None
    assert "ops demo" in raised.value.hint


def test_a_folder_with_nothing_that_is_asked_for_is_no_error(tmp_path: Path) -> None:
    """Whether a name is known is for the one to say who has seen the documents."""
    put(tmp_path / JOURNAL / HOUR / f"{NAME}.raw")
    found = search(tmp_path, names=NameFilter(("bobCo/b",)))
    assert found.files == []
    assert found.tasks == {"acmeCo/a"}


def test_stdin_is_kept_once_for_all_who_read_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(gzip.compress(LINE))))
    for _ in range(2):
        [file] = find(["-"], ANY, None, tmp_path).files
        assert (file.shown, file.format, file.codec) == ("stdin", FileFormat.JSON, Codec.GZIP)


def test_a_pipe_is_not_passed_over_in_silence(tmp_path: Path) -> None:
    """`--data <(zcat saved.gz)` gives the path of a pipe, which has no size and no extension."""
    reading, writing = os.pipe()
    os.write(writing, LINE)
    os.close(writing)
    try:
        found = find([f"/dev/fd/{reading}"], ANY, None, tmp_path)
        assert found.problems or any(file.size for file in found.files)
    finally:
        os.close(reading)


KNOWN = {"acmeCo/source-postgres", "acmeCo/source-mysql", "bobCo/orders", "bobCo/orders-2"}


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("acmeCo/source-postgre", "acmeCo/source-postgres"),
        ("acmeco/source-mysql", "acmeCo/source-mysql"),
        ("bobCo/order", "bobCo/orders"),
        ("mysql", "acmeCo/source-mysql"),
        ("acmeCo/sources/", "acmeCo/source-mysql"),
    ],
)
def test_the_nearest_name_comes_first(typed: str, first: str) -> None:
    assert nearest(typed, KNOWN)[0] == first


def test_nothing_is_near_where_nothing_is_alike() -> None:
    assert nearest("zzz", KNOWN) == []
    assert nearest("acmeCo/a", set()) == []
