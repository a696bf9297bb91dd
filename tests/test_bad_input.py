"""What bad input gets: the thing named on stderr, all the rest answered, the exit code that is due.

Every command runs in this process, where a bug raises: so none of these ever shows a traceback.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import cramjam
import duckdb
import pytest

from flowctl_ops import zstd
from tests.cli import Completed, run_ops

TASK = "acmeCo/my/capture"
COLLECTION = "ops/tasks/public/plane/logs/0123456789abcdef"
CSV_HEADER = "ts,level,message\n"
UNPRIVILEGED = """
import ctypes, os, sys
if os.geteuid() == 0:
    for capability in (1, 2):  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP, for what comes next
os.execv(sys.executable, [sys.executable, "-m", "flowctl_ops", *sys.argv[1:]])
"""


def log(message: str, *, task: str = TASK, **more: Any) -> bytes:
    shard = {"kind": "capture", "name": task, "keyBegin": "00000000", "rClockBegin": "00000000"}
    document = {"shard": shard, "ts": "2026-10-05T10:00:00Z", "level": "info", "message": message}
    return json.dumps(document | more).encode() + b"\n"


def put(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def put_fragment(
    folder: Path,
    content: bytes,
    *,
    begin: int = 0,
    task: str = TASK,
    sha1: str | None = None,
    end: int | None = None,
    stored: bytes | None = None,
    extension: str = ".gz",
) -> Path:
    """Put a fragment under its full name; `sha1`, `end` and `stored` make the name untrue."""
    name = (
        f"{COLLECTION}/kind=capture/name={quote(task, safe='')}/pivot=00"
        f"/utc_date=2026-10-05/utc_hour=10/{begin:016x}-{end or begin + len(content):016x}"
        f"-{sha1 or hashlib.sha1(content).hexdigest()}{extension}"
    )
    return put(folder, name, gzip.compress(content) if stored is None else stored)


def ask(folder: Path, *args: str) -> Completed:
    return run_ops("logs", "--data", str(folder), "-o", "json", *args)


def messages(done: Completed) -> list[str]:
    return [json.loads(line)["message"] for line in done.stdout.splitlines()]


# --- files that are damaged ----------------------------------------------------------------------

MANY = [f"{n} {hashlib.sha1(bytes([n])).hexdigest()}" for n in range(200)]
LONG = b"".join(map(log, MANY))
LONG_GZ = gzip.compress(LONG)
CUT_GZ = LONG_GZ[: len(LONG_GZ) // 2]
CUT_GZ_HOLDS = [
    json.loads(line)["message"]
    for line in zlib.decompressobj(31).decompress(CUT_GZ).splitlines(keepends=True)
    if line.endswith(b"\n")
]
SNAPPY = bytes(cramjam.snappy.compress(LONG))


def parquet(query: str, folder: Path) -> bytes:
    path = folder / "made.parquet"
    with duckdb.connect() as connection:
        connection.sql(query).write_parquet(str(path))
    content = path.read_bytes()
    path.unlink()
    return content


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Give a Parquet file of a thousand logs."""
    return parquet(
        "SELECT TIMESTAMPTZ '2026-10-05 10:00:00+00' AS ts, 'info' AS level, 'row' AS message "
        "FROM range(1000)",
        tmp_path_factory.mktemp("parquet"),
    )


def named(name: str, content: bytes, reason: str, *kept: str) -> Any:
    """Describe a file by what is said of it and which of its logs are answered all the same."""
    return pytest.param(name, content, reason, list(kept), id=f"{name} {reason}")


@pytest.mark.parametrize(
    ("name", "content", "reason", "kept"),
    [
        named("x.jsonl.gz", b"", "empty where gzip is expected"),
        named("x.jsonl.zst", b"", "empty where zstd is expected"),
        named("x.jsonl.sz", b"", "empty where snappy is expected"),
        named("x.parquet", b"", "empty where parquet is expected"),
        named("x.csv", b"", "empty where csv is expected"),
        named("x.jsonl.gz", log("text"), "not gzip"),
        named("x.csv.gz", b"text", "not gzip"),
        named("x.jsonl.zst", log("text"), "not zstd"),
        named("x.jsonl.sz", log("text"), "damaged snappy"),
        named("x.parquet", log("text"), "no Parquet file"),
        named("x.jsonl.gz", CUT_GZ, "cut short", *CUT_GZ_HOLDS),
        named("x.jsonl.gz", LONG_GZ[:5], "cut short"),
        named("x.jsonl.gz", gzip.compress(log("whole")) + LONG_GZ[:12], "cut short", "whole"),
        named("x.jsonl.gz", gzip.compress(log("whole")) + b"garbage", "behind", "whole"),
        named("x.jsonl.zst", zstd.compress(log("whole")) + b"garbage", "behind", "whole"),
        named("x.jsonl.sz", SNAPPY[:-9], "damaged snappy"),
        named("x.csv", b"\xff\xfe\x00\n\x00", "columns"),
        named("x.csv", b"a,b\n1,2\n", "columns"),
    ],
)
def test_a_damaged_file_is_named_and_the_rest_answered(
    name: str, content: bytes, reason: str, kept: list[str], tmp_path: Path
) -> None:
    put(tmp_path, "good.jsonl", log("good"))
    path = put(tmp_path, name, content)
    done = ask(tmp_path)
    assert sorted(messages(done)) == sorted(["good", *kept])
    assert str(path) in done.stderr
    assert reason in done.stderr
    assert done.exit_code == 3


@pytest.mark.parametrize("place", [0.2, 0.5, 0.9])
def test_damage_in_the_middle_is_named_and_what_precedes_it_answered(
    place: float, tmp_path: Path
) -> None:
    at = int(len(LONG_GZ) * place)
    path = put(tmp_path, "x.jsonl.gz", LONG_GZ[:at] + b"damaged!" + LONG_GZ[at + 8 :])
    put(tmp_path, "good.jsonl", log("good"))
    done = ask(tmp_path)
    assert {"good", *MANY[:10]} <= set(messages(done))
    assert f"{path}: is a damaged gzip file" in done.stderr
    assert done.exit_code == 3


def test_zstd_cut_short_gives_its_readable_part(tmp_path: Path) -> None:
    frames = zstd.compress(log("whole")) + zstd.compress(LONG)[:-200]
    path = put(tmp_path, "x.jsonl.zst", frames)
    done = ask(tmp_path)
    assert "whole" in messages(done)
    assert f"{path}: is a zstd file that is cut short" in done.stderr
    assert done.exit_code == 3


@pytest.mark.parametrize("keep", [4, 100, -1])
def test_parquet_cut_short_is_named_and_the_rest_answered(
    keep: int, rows: bytes, tmp_path: Path
) -> None:
    path = put(tmp_path, "x.parquet", rows[:keep])
    put(tmp_path, "good.jsonl", log("good"))
    done = ask(tmp_path)
    assert messages(done) == ["good"]
    assert f"{path}: is no Parquet file, or is cut short" in done.stderr
    assert done.exit_code == 3


def test_parquet_with_damaged_pages_is_named_and_the_rest_answered(
    rows: bytes, tmp_path: Path
) -> None:
    path = put(tmp_path, "x.parquet", rows[:20] + bytes(40) + rows[60:])
    put(tmp_path, "y.parquet", rows)
    done = ask(tmp_path)
    assert messages(done) == ["row"] * 1000
    assert str(path) in done.stderr
    assert done.exit_code == 3


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        pytest.param(
            "SELECT 1 AS a, 2 AS b",
            "holds no logs or stats of tasks: its columns are a, b",
            id="other columns",
        ),
        pytest.param(
            "SELECT 3 AS ts, 1 AS level, [1, 2] AS message",
            "holds no logs or stats of tasks: its columns are ts, level, message",
            id="other types",
        ),
    ],
)
def test_parquet_that_holds_no_logs_is_named(query: str, reason: str, tmp_path: Path) -> None:
    path = put(tmp_path, "x.parquet", parquet(query, tmp_path))
    put(tmp_path, "good.jsonl", log("good"))
    done = ask(tmp_path)
    assert messages(done) == ["good"]
    assert f"{path}: {reason}" in done.stderr
    assert done.exit_code == 3


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param("only one\n", id="too few cells"),
        pytest.param("2026-10-05T10:00:01Z,info,cut,off,here\n", id="too many cells"),
        pytest.param('2026-10-05T10:00:01Z,info,"never closed', id="a quote that never closes"),
    ],
)
def test_a_broken_row_of_csv_leaves_the_other_rows(broken: str, tmp_path: Path) -> None:
    rows = "2026-10-05T10:00:00Z,info,first\n2026-10-05T10:00:00Z,info,second\n" + broken
    path = put(tmp_path, "x.csv", (CSV_HEADER + rows).encode())
    done = ask(tmp_path)
    assert messages(done)[:2] == ["first", "second"]
    assert str(path) in done.stderr
    assert done.exit_code == 3


def test_a_broken_row_of_csv_leaves_the_long_ones(tmp_path: Path) -> None:
    lengths = (10, 200_000, 20)
    rows = "".join(f"2026-10-05T10:00:00Z,info,{'x' * length}\n" for length in lengths)
    put(tmp_path, "x.csv", (CSV_HEADER + "broken\n" + rows).encode())
    done = ask(tmp_path)
    assert [len(message) for message in messages(done)] == [*lengths]
    assert done.exit_code == 3


def test_csv_gz_cut_short_gives_its_readable_part(tmp_path: Path) -> None:
    rows = "".join(f"2026-10-05T10:00:00Z,info,{message}\n" for message in MANY)
    path = put(tmp_path, "x.csv.gz", gzip.compress((CSV_HEADER + rows).encode())[:-500])
    done = ask(tmp_path)
    shown = messages(done)
    assert len(shown) > 100
    assert shown == MANY[: len(shown)]
    assert str(path) in done.stderr
    assert done.exit_code == 3


def test_every_damaged_file_of_many_is_named(tmp_path: Path) -> None:
    paths = [put(tmp_path, f"{n}.jsonl.gz", CUT_GZ[: 40 + n]) for n in range(12)]
    put(tmp_path, "good.jsonl", log("good"))
    done = ask(tmp_path)
    assert messages(done) == ["good"]
    assert [path for path in paths if f"{path}: " not in done.stderr] == []
    assert done.exit_code == 3


@pytest.mark.parametrize("name", ["x.jsonl.gz", "x.parquet", "x.csv"])
def test_a_damaged_file_comes_with_what_to_try(name: str, tmp_path: Path) -> None:
    put(tmp_path, name, b"")
    put(tmp_path, "good.jsonl", log("good"))
    assert "ops: hint: " in ask(tmp_path).stderr


def test_damage_counts_where_nothing_matches(tmp_path: Path) -> None:
    put(tmp_path, "x.jsonl.gz", CUT_GZ)
    done = ask(tmp_path, "--level", "error", "--exit-code")
    assert done.stdout == b""
    assert "cut short" in done.stderr
    assert "no logs match" in done.stderr
    assert done.exit_code == 3


def test_quiet_still_names_what_could_not_be_read(tmp_path: Path) -> None:
    path = put(tmp_path, "x.jsonl.gz", b"")
    done = ask(tmp_path, "--quiet")
    assert str(path) in done.stderr
    assert "no logs match" not in done.stderr
    assert done.exit_code == 3


# --- fragments that are not what their names say -------------------------------------------------


def untrue_checksum(folder: Path) -> Path:
    return put_fragment(folder, log("bad"), sha1="0" * 40)


def untrue_length(folder: Path) -> Path:
    return put_fragment(folder, log("bad"), end=999)


def untrue_crc(folder: Path) -> Path:
    stored = bytearray(gzip.compress(log("bad")))
    stored[-5] ^= 255
    return put_fragment(folder, log("bad"), stored=bytes(stored))


def cut_fragment(folder: Path) -> Path:
    return put_fragment(folder, log("bad"), stored=gzip.compress(log("bad"))[:-9])


@pytest.mark.parametrize(
    ("fragment", "reason"),
    [
        (untrue_checksum, "checksum"),
        (untrue_length, "999"),
        (untrue_crc, "damaged"),
        (cut_fragment, "cut short"),
    ],
)
def test_verify_leaves_out_a_fragment_that_its_name_belies(
    fragment: Callable[[Path], Path], reason: str, tmp_path: Path
) -> None:
    path = fragment(tmp_path)
    put(tmp_path, "good.jsonl", log("good"))
    done = ask(tmp_path, "--verify")
    assert messages(done) == ["good"]
    assert str(path) in done.stderr
    assert reason in done.stderr
    assert done.exit_code == 3


def test_verify_is_quiet_where_names_are_true(tmp_path: Path) -> None:
    put_fragment(tmp_path, log("good"))
    done = ask(tmp_path, "--verify")
    assert (messages(done), done.stderr, done.exit_code) == (["good"], "", 0)


def test_verify_reads_a_sound_copy_instead_of_a_bad_one(tmp_path: Path) -> None:
    bad = put_fragment(tmp_path / "a", log("good"), stored=gzip.compress(log("evil")))
    put_fragment(tmp_path / "b", log("good"))
    done = ask(tmp_path, "--verify")
    assert messages(done) == ["good"]
    assert str(bad) in done.stderr
    assert done.exit_code == 3


# --- lines that are no documents -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        pytest.param(b"not json", "is no JSON", id="no JSON"),
        pytest.param(log("x")[:40], "cut off", id="cut off"),
        pytest.param(log("x")[:-1] + b" trailing", "behind", id="trailing garbage"),
        pytest.param(log("x")[:-1] + log("y"), "behind", id="two documents"),
        pytest.param(b"[1, 2]", "array", id="an array"),
        pytest.param(b'"text"', "string", id="a string"),
        pytest.param(b"17", "no JSON object", id="a number"),
        pytest.param(b"null", "no JSON object", id="null"),
        pytest.param(b'{"hi": 32}', "no document of an ops collection", id="foreign"),
        pytest.param(b"{}", "no document of an ops collection", id="an empty object"),
        pytest.param(b"\x00\x00\x00", "is no JSON", id="zero bytes"),
        pytest.param(b'{"level": "info", "message": "\xff"}', "JSON", id="no UTF-8"),
        pytest.param(b"[" * 100_000, "nested", id="nested without end"),
    ],
)
@pytest.mark.parametrize("name", ["x.jsonl", "x.jsonl.gz"])
def test_a_line_that_is_no_document_is_named_and_its_neighbours_answered(
    line: bytes, reason: str, name: str, tmp_path: Path
) -> None:
    content = log("before") + b"\n" + line + b"\n" + log("after")
    path = put(tmp_path, name, gzip.compress(content) if name.endswith(".gz") else content)
    done = ask(tmp_path)
    assert messages(done) == ["before", "after"]
    assert f"{path}:3: " in done.stderr
    assert reason in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.exit_code == 3


def test_a_line_beyond_16_mb_is_named_and_its_neighbours_answered(tmp_path: Path) -> None:
    long = log("x" * 40_000_000)
    content = log("before") + long + log("just fits", fields="x" * 16_000_000) + log("after")
    path = put(tmp_path, "x.jsonl.gz", gzip.compress(content, 1))
    done = ask(tmp_path)
    assert messages(done) == ["before", "just fits", "after"]
    assert str(path) in done.stderr
    assert "line 2 is longer than 16 MB" in done.stderr
    assert done.exit_code == 3


def test_many_bad_lines_are_counted_and_the_first_named(tmp_path: Path) -> None:
    path = put(tmp_path, "x.jsonl", b"nothing\n" * 1000 + log("good"))
    done = ask(tmp_path)
    assert messages(done) == ["good"]
    assert f"{path}:1: " in done.stderr
    named_lines = done.stderr.count(f"{path}:")
    assert f"{1000 - named_lines} more lines" in done.stderr
    assert done.stderr.count("\n") < 20
    assert done.exit_code == 3


def test_a_bad_line_outside_the_question_is_named_too(tmp_path: Path) -> None:
    put(tmp_path, "x.jsonl", log("a") + b"nothing\n" + log("b"))
    done = ask(tmp_path, "--since", "2026-10-05T10:00:00Z", "--tail", "1")
    assert messages(done) == ["b"]
    assert "x.jsonl:2: is no JSON: nothing" in done.stderr
    assert done.exit_code == 3


def test_a_last_line_still_being_written_is_passed_over_in_silence(tmp_path: Path) -> None:
    put(tmp_path, "x.jsonl", log("whole") + log("half")[:50])
    done = ask(tmp_path)
    assert (messages(done), done.stderr, done.exit_code) == (["whole"], "", 0)
    assert "1 last line still being written" in ask(tmp_path, "--verbose").stderr


def test_a_pipe_that_ends_within_a_line_is_cut_off() -> None:
    half = log("whole") + log("half")[:50]
    done = run_ops("logs", "--json", "-d", "-", stdin=half)
    assert messages(done) == ["whole"]
    assert "stdin:2: is JSON cut off: " in done.stderr
    assert done.exit_code == 3


@pytest.mark.parametrize(
    ("end", "what"),
    [
        (b"garbage", "is no JSON"),
        (log("one")[:-1] + log("two")[:-1], "has something behind its JSON document"),
        (log("one")[:-1] + b"\r" + log("two")[:-1], "has something behind its JSON document"),
    ],
)
def test_a_last_line_that_no_writer_would_end_so_is_named(
    end: bytes, what: str, tmp_path: Path
) -> None:
    path = put(tmp_path, "x.jsonl", log("whole") + end)
    done = ask(tmp_path)
    assert messages(done) == ["whole"]
    assert f"{path}:2: {what}: " in done.stderr
    assert done.exit_code == 3


def test_a_last_line_without_its_end_is_read(tmp_path: Path) -> None:
    put(tmp_path, "x.jsonl", log("first") + log("last")[:-1])
    done = ask(tmp_path)
    assert (messages(done), done.stderr, done.exit_code) == (["first", "last"], "", 0)


def test_half_a_line_at_the_end_of_a_fragment_is_a_loss(tmp_path: Path) -> None:
    path = put_fragment(tmp_path, log("whole") + log("half")[:50])
    done = ask(tmp_path)
    assert messages(done) == ["whole"]
    assert f"{path}:2: is JSON cut off" in done.stderr
    assert done.exit_code == 3


def test_a_plain_fragment_shorter_than_its_name_is_named(tmp_path: Path) -> None:
    path = put_fragment(tmp_path, log("a") + log("b"), stored=log("a"), extension=".raw")
    done = ask(tmp_path)
    assert messages(done) == ["a"]
    assert f"{path}: holds {len(log('a'))} bytes where its name says" in done.stderr
    assert done.exit_code == 3


def test_an_empty_file_gives_way_to_a_whole_copy(tmp_path: Path) -> None:
    whole = put_fragment(tmp_path / "b", log("a"), stored=log("a"), extension=".raw")
    empty = tmp_path / "a" / whole.relative_to(tmp_path / "b")
    empty.parent.mkdir(parents=True)
    empty.touch()
    done = ask(tmp_path)
    assert messages(done) == ["a"]
    assert f"{empty}: is empty where its name says {len(log('a'))} bytes" in done.stderr
    assert done.exit_code == 3


@pytest.mark.parametrize("output", ["text", "json", "csv", "markdown"])
def test_a_line_as_long_as_may_be_is_shown_beside_the_others(output: str, tmp_path: Path) -> None:
    put(tmp_path, "x.jsonl", log("first") + log("x" * 16_700_000) + log("last"))
    done = run_ops("logs", "-d", str(tmp_path), "-o", output)
    assert (done.stderr, done.exit_code) == ("", 0)
    assert done.stdout.count(b"x" * 16_700_000) == 1
    assert done.stdout.index(b"first") < done.stdout.index(b"last")


# --- text as Windows writes it -------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_powershell_s_encodings_are_read(encoding: str, end: str, tmp_path: Path) -> None:
    document = {"ts": "2026-10-05T10:00:00Z", "level": "info", "message": "grün 東京 🚋"}
    text = (json.dumps(document, ensure_ascii=False) + end) * 2
    mark = "\ufeff" if encoding in {"utf-16-le", "utf-16-be"} else ""
    put(tmp_path, "x.jsonl", (mark + text).encode(encoding))
    done = ask(tmp_path)
    assert messages(done) == ["grün 東京 🚋"] * 2
    assert (done.stderr, done.exit_code) == ("", 0)


# --- folders and files that cannot be had --------------------------------------------------------


@pytest.mark.parametrize("missing", ["nowhere", "no*where", "good.jsonl/below"])
def test_a_missing_path_is_named_with_what_to_try(missing: str, tmp_path: Path) -> None:
    put(tmp_path, "good.jsonl", log("good"))
    done = ask(tmp_path / missing)
    assert done.stdout == b""
    assert f"ops: error: {tmp_path / missing} does not exist" in done.stderr
    assert "--data" in done.stderr
    assert "ops demo" in done.stderr
    assert done.exit_code == 3


def test_one_missing_path_leaves_the_other_answered(tmp_path: Path) -> None:
    put(tmp_path, "good.jsonl", log("good"))
    done = run_ops("logs", "-d", str(tmp_path / "nowhere"), "-d", str(tmp_path), "-o", "json")
    assert messages(done) == ["good"]
    assert f"{tmp_path / 'nowhere'}: does not exist" in done.stderr
    assert done.exit_code == 3


@pytest.mark.parametrize(
    "names", [(), ("picture.png",), (".hidden.jsonl",), ("recovery/x.jsonl",), ("a/b/c/README",)]
)
def test_a_folder_with_nothing_to_read_says_what_was_looked_for(
    names: tuple[str, ...], tmp_path: Path
) -> None:
    for name in names:
        put(tmp_path, name, b"\x89PNG")
    done = ask(tmp_path)
    assert done.stdout == b""
    assert f"nothing to read in {tmp_path}" in done.stderr
    assert ".jsonl" in done.stderr
    assert ".parquet" in done.stderr
    assert "ops demo" in done.stderr
    assert done.exit_code == 3


def test_a_file_that_is_gone_when_it_is_opened_is_named(tmp_path: Path) -> None:
    put(tmp_path, "good.jsonl", log("good"))
    (tmp_path / "gone.jsonl").symlink_to("nowhere")
    done = ask(tmp_path)
    assert messages(done) == ["good"]
    assert f"{tmp_path / 'gone.jsonl'}: cannot be read: no such file or directory" in done.stderr
    assert done.exit_code == 3


def test_what_may_not_be_read_is_named_and_the_rest_answered(rows: bytes, tmp_path: Path) -> None:
    """Root reads everything, unless it gives up the two capabilities that let it."""
    put(tmp_path, "good.jsonl", log("good"))
    forbidden = [
        put(tmp_path, "x.jsonl", log("secret")),
        put(tmp_path, "x.jsonl.gz", gzip.compress(log("secret"))),
        put(tmp_path, "x.csv", CSV_HEADER.encode()),
        put(tmp_path, "x.parquet", rows),
        put_fragment(tmp_path, log("secret")),
        put(tmp_path, "folder/x.jsonl", log("secret")).parent,
    ]
    for path in forbidden:
        path.chmod(0)
    try:
        ran = subprocess.run(
            [sys.executable, "-c", UNPRIVILEGED, "logs", "--data", str(tmp_path), "-o", "json"],
            capture_output=True,
            check=False,
        )
    finally:
        for path in forbidden:
            path.chmod(0o700)
    done = Completed(ran.stdout, ran.stderr.decode(), ran.returncode)
    assert messages(done) == ["good"]
    assert [path for path in forbidden if f"{path}: " not in done.stderr] == []
    assert done.stderr.count("permission denied") == len(forbidden)
    assert "Traceback" not in done.stderr
    assert done.exit_code == 3


# --- folders as links make them ------------------------------------------------------------------


def test_links_in_circles_are_walked_once(tmp_path: Path) -> None:
    put(tmp_path, "a/b/x.jsonl", log("once"))
    (tmp_path / "a/b/up").symlink_to("../..")
    (tmp_path / "a/self").symlink_to(".")
    (tmp_path / "again").symlink_to("a", target_is_directory=True)
    (tmp_path / "a/y.jsonl").symlink_to("b/x.jsonl")
    done = ask(tmp_path)
    assert (messages(done), done.stderr, done.exit_code) == (["once"], "", 0)


@pytest.mark.parametrize("name", ["x.jsonl", "folder"])
def test_a_link_to_itself_is_named_and_the_rest_answered(name: str, tmp_path: Path) -> None:
    put(tmp_path, "good.jsonl", log("good"))
    (tmp_path / name).symlink_to(name)
    done = ask(tmp_path)
    assert messages(done) == ["good"]
    assert f"{tmp_path / name}: cannot be read: " in done.stderr
    assert done.exit_code == 3


@pytest.mark.parametrize(
    "others", [(".",), ("a",), ("a/..", "a/b/../x.jsonl"), ("link",), ("a/*",), ("**/*.jsonl",)]
)
def test_a_folder_given_twice_is_read_once(others: tuple[str, ...], tmp_path: Path) -> None:
    put(tmp_path, "a/x.jsonl", log("a"))
    put(tmp_path, "a/b/y.jsonl", log("b"))
    (tmp_path / "link").symlink_to(".")
    paths = [str(tmp_path), *(f"{tmp_path}/{other}" for other in others)]
    given = [part for path in paths for part in ("--data", path)]
    done = run_ops("logs", *given, "-o", "json")
    assert sorted(messages(done)) == ["a", "b"]
    assert (done.stderr, done.exit_code) == ("", 0)


def test_recovery_logs_are_never_opened(tmp_path: Path) -> None:
    put(tmp_path, "good.jsonl", log("good"))
    put(tmp_path, "recovery/acmeCo/x.jsonl", log("a file of a database"))
    put(tmp_path, "bucket/recovery/capture/acmeCo/0-1-2.sz", b"\xff\x06\x00\x00")
    done = ask(tmp_path, "--verbose")
    assert messages(done) == ["good"]
    assert "1 opened" in done.stderr
    assert "2 recovery log" in done.stderr
    assert done.exit_code == 0


def test_what_lies_beside_fragments_is_passed_over(tmp_path: Path) -> None:
    fragment = put_fragment(tmp_path, log("good"))
    for name in ("x.json", "_SUCCESS", fragment.name + ".part", "0-1-2.gz"):
        put(fragment.parent, name, log("not of the journal"))
    done = ask(tmp_path, "--verbose")
    assert messages(done) == ["good"]
    assert "5 found, 1 opened, 4 no fragment" in done.stderr
    assert done.exit_code == 0


# --- names that mean something to someone --------------------------------------------------------

ODD_NAMES = [
    *("a[b]", "a*b", "a?b", "[!a]", "it's", 'say "hi"', "sp ace", "new\nline", "tab\tbed"),
    *(
        "été 東京 🚋",
        "back\\slash",
        "back\\[slash]",
        "$(touch x)",
        "%41",
        "{a,b}",
        "~",
        "-d",
        "a;b",
    ),
    *("utc_hour=x", "name=", "http:", "x.gz", "x.jsonl", "\x1b[31m"),
]


@pytest.mark.parametrize("odd", ODD_NAMES, ids=ascii)
def test_a_folder_may_have_any_name(odd: str, rows: bytes, tmp_path: Path) -> None:
    """For every format, and with a bad line in it to name."""
    folder = tmp_path / odd
    put(folder, "x.jsonl", log("plain") + b"nothing\n")
    put(folder, "x.jsonl.gz", gzip.compress(log("gzip")))
    put(folder, "x.jsonl.zst", zstd.compress(log("zstd")))
    put(folder, "x.parquet", rows)
    put(folder, "x.csv", (CSV_HEADER + "2026-10-05T10:00:00Z,info,cell\n").encode())
    put_fragment(folder, log("fragment"))
    put_fragment(folder, log("other"), task="acmeCo/other", extension="", stored=log("other"))
    done = ask(folder)
    shown = messages(done)
    assert set(shown) == {"plain", "gzip", "zstd", "row", "cell", "fragment", "other"}
    assert "x.jsonl:2: is no JSON: nothing" in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.exit_code == 3


def test_a_file_may_have_any_name(rows: bytes, tmp_path: Path) -> None:
    for odd in ODD_NAMES:
        put(tmp_path, f"{odd}.jsonl", log(f"plain {odd}"))
        put(tmp_path, f"{odd}.jsonl.gz", gzip.compress(log(f"gzip {odd}")))
        put(tmp_path, f"{odd}.parquet", rows)
        put(tmp_path, f"{odd}.csv", (CSV_HEADER + "2026-10-05T10:00:00Z,info,cell\n").encode())
    done = ask(tmp_path)
    shown = messages(done)
    assert {f"{codec} {odd}" for codec in ("plain", "gzip") for odd in ODD_NAMES} < set(shown)
    assert shown.count("row") == 1000 * len(ODD_NAMES)
    assert shown.count("cell") == len(ODD_NAMES)
    assert (done.stderr, done.exit_code) == ("", 0)


def test_a_name_that_is_no_text_is_read_and_shown(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff\xfe.jsonl"
    try:
        Path(os.fsdecode(path)).write_bytes(log("good") + b"nothing\n")
    except OSError:
        pytest.skip("this file system takes only text for names")
    done = ask(tmp_path)
    assert messages(done) == ["good"]
    assert ":2: is no JSON: nothing" in done.stderr
    assert done.exit_code == 3


ODD_TASKS = [
    "o'brien/x",
    '"quoted"/x',
    "'; DROP TABLE logs; --",
    "x' OR '1'='1",
    "$$/$1/:name/?",
    "a%20b/%2F/%",
    "back\\slash/(re.gex|x)+",
    "été/東京",
    "two words/and more",
]


@pytest.mark.parametrize("task", ODD_TASKS)
def test_a_task_may_have_any_name(task: str, tmp_path: Path) -> None:
    for name in (task, "acmeCo/other"):
        put_fragment(tmp_path, log(f"fragment of {name}", task=name), task=name)
    put(tmp_path, "x.jsonl", log(f"line of {task}", task=task) + log("x", task="acmeCo/other"))
    done = ask(tmp_path, task)
    assert messages(done) == [f"fragment of {task}", f"line of {task}"]
    assert (done.stderr, done.exit_code) == ("", 0)


@pytest.mark.parametrize("task", ODD_TASKS)
def test_an_unknown_task_may_have_any_name(task: str, tmp_path: Path) -> None:
    put(tmp_path, "x.jsonl", log("good"))
    done = ask(tmp_path, task)
    assert f"ops: error: no task in the data is called {task}\n" in done.stderr
    assert (done.stdout, done.exit_code) == (b"", 2)


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("acmeCo/my/captur", "acmeCo/my/capture"),
        ("acmeco/my/capture", "acmeCo/my/capture"),
        ("my/capture", "acmeCo/my/capture"),
        ("acmeCo/my/capture/", "acmeCo/my/capture"),
        ("acmeC/", "acmeCo/"),
        ("acme*x", "acmeCo/"),
        ("acmeCo/", ""),
    ],
)
@pytest.mark.parametrize("shape", ["fragment", "lines"])
def test_an_unknown_task_is_refused_with_the_nearest_names(
    name: str, nearest: str, shape: str, tmp_path: Path
) -> None:
    if shape == "fragment":
        put_fragment(tmp_path, log("good"))
        put_fragment(tmp_path, log("good"), task="acmeCo/views")
    else:
        put(tmp_path, "x.jsonl", log("good") + log("good", task="acmeCo/views"))
    done = ask(tmp_path, name)
    if not nearest:
        assert done.exit_code == 0
        return
    assert done.stdout == b""
    assert f"ops: error: no task in the data is called {name}\n" in done.stderr
    assert nearest in done.stderr.partition("hint: ")[2]
    assert done.exit_code == 2


def test_a_name_like_no_other_is_refused_with_a_hint_that_is_true(tmp_path: Path) -> None:
    put_fragment(tmp_path, log("good"))
    done = ask(tmp_path, "zzz")
    assert "no task in the data is called zzz" in done.stderr
    assert "holds no task" not in done.stderr
    assert done.exit_code == 2


def test_one_unknown_task_of_several_is_refused(tmp_path: Path) -> None:
    put_fragment(tmp_path, log("good"))
    done = ask(tmp_path, TASK, "acmeCo/nobody")
    assert "no task in the data is called acmeCo/nobody" in done.stderr
    assert (done.stdout, done.exit_code) == (b"", 2)


# --- questions that cannot be understood ---------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "named", "try_this"),
    [
        (("--since", "gestern"), "--since gestern", "15m"),
        (("--until", "2026-02-30"), "--until 2026-02-30", "RFC 3339"),
        (("--now", "later", "--since", "1h"), "--now later", "RFC 3339"),
        (("--now", "later"), "--now later", "RFC 3339"),
        (("--level", "loud"), "level loud", "error, warn, info, debug, trace"),
        (("--grep", "(oops"), "(oops is no regular expression", "escape"),
        (("--grep", "a(?=b)"), "a(?=b) is no regular expression", "escape"),
        (("--where", "nothing"), "--where nothing", "KEY=VALUE"),
        (("--where", "=x"), "--where =x", "KEY=VALUE"),
        (("--where", "key~[z-a]"), "[z-a] is no regular expression", "escape"),
        (("--where", "key!~*"), "* is no regular expression", "escape"),
        (("--tz", "Mars/Base"), "time zone Mars/Base", "Europe/Paris"),
        (("--slack", "long"), "long", "1h30m"),
        (("--kind", "pigeon"), "--kind", "materialization"),
        (("--output", "xml"), "--output", "markdown"),
        (("--color", "mauve"), "--color", "never"),
        (("--tail", "some"), "--tail", "integer"),
        (("--tail", "-1"), "--tail", "0"),
        (("--context", "-1"), "--context", "0"),
        (("--sinse", "1h"), "--sinse", "--since"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_a_question_that_is_not_understood_is_refused(
    args: tuple[str, ...], named: str, try_this: str, tmp_path: Path
) -> None:
    put_fragment(tmp_path, log("good"))
    done = ask(tmp_path, *args)
    assert done.stdout == b""
    assert named in done.stderr
    assert try_this in done.stderr
    assert "(?i)" not in done.stderr
    assert done.exit_code == 2


@pytest.mark.parametrize("count", [str(10**6), str(2**63 - 1), str(2**63), str(10**20)])
@pytest.mark.parametrize("option", ["--tail", "--context"])
def test_a_count_beyond_all_logs_is_all_of_them(option: str, count: str, tmp_path: Path) -> None:
    put_fragment(tmp_path, log("first") + log("last", level="error"))
    level = () if option == "--tail" else ("--level", "error")
    done = ask(tmp_path, option, count, *level)
    assert (messages(done), done.stderr, done.exit_code) == (["first", "last"], "", 0)


@pytest.mark.parametrize("text", ["300000d", "99999999999999999999d"])
def test_a_time_before_all_times_is_before_all_logs(text: str, tmp_path: Path) -> None:
    put_fragment(tmp_path, log("good"))
    assert messages(ask(tmp_path, "--since", text)) == ["good"]


def test_a_time_after_all_times_is_after_all_logs(tmp_path: Path) -> None:
    put_fragment(tmp_path, log("good"))
    assert messages(ask(tmp_path, "--until", "9999-12-31T23:59:59.999999999Z")) == ["good"]


def test_a_window_that_ends_before_it_begins_is_empty(tmp_path: Path) -> None:
    put_fragment(tmp_path, log("good"))
    done = ask(tmp_path, "--since", "2026-10-06", "--until", "2026-10-05")
    assert (done.stdout, done.exit_code) == (b"", 0)
    assert "no logs match: the logs cover 2026-10-05T10:00:00Z" in done.stderr


@pytest.mark.parametrize(("args", "exit_code"), [((), 0), (("--exit-code",), 1)])
def test_an_empty_answer_is_a_finding_only_where_asked(
    args: tuple[str, ...], exit_code: int, tmp_path: Path
) -> None:
    put_fragment(tmp_path, log("good"))
    done = ask(tmp_path, "--level", "error", *args)
    assert "no logs match" in done.stderr
    assert (done.stdout, done.exit_code) == (b"", exit_code)


# --- fragments that overlap ----------------------------------------------------------------------

LINES = [log(str(n)) for n in range(6)]
SIZE = len(LINES[0])
JOURNAL = b"".join(LINES)


def put_range(folder: Path, begin: int, end: int) -> Path:
    return put_fragment(folder, JOURNAL[begin:end], begin=begin)


@pytest.mark.parametrize(
    "ranges",
    [
        pytest.param([(0, 6), (0, 6)], id="the same in two folders"),
        pytest.param([(0, 3), (0, 6)], id="one within another"),
        pytest.param([(0, 6), (2, 4)], id="one in the middle of another"),
        pytest.param([(0, 3), (2, 5), (4, 6)], id="staggered"),
        pytest.param([(0, 4), (1, 5), (2, 6)], id="staggered twice"),
        pytest.param([(0, 2), (1, 1), (2, 6)], id="one of no length"),
    ],
)
def test_overlapping_fragments_give_each_line_once(
    ranges: list[tuple[int, int]], tmp_path: Path
) -> None:
    for place, (begin, end) in enumerate(ranges):
        put_range(tmp_path / str(place), begin * SIZE, end * SIZE)
    done = ask(tmp_path)
    assert messages(done) == list("012345")
    assert (done.stderr, done.exit_code) == ("", 0)


def test_a_copy_of_a_collection_below_it_counts_once(tmp_path: Path) -> None:
    put_range(tmp_path, 0, 6 * SIZE)
    put_range(tmp_path / "backup/collection-data", 0, 6 * SIZE)
    assert messages(ask(tmp_path)) == list("012345")


def test_an_overlap_within_a_line_is_named_and_no_line_is_torn(tmp_path: Path) -> None:
    first = put_range(tmp_path, 0, 3 * SIZE - 9)
    second = put_range(tmp_path, 2 * SIZE, 6 * SIZE)
    done = ask(tmp_path)
    shown = messages(done)
    assert shown == sorted(set(shown))
    assert set("013") < set(shown)
    assert f"{first}:3: is JSON cut off" in done.stderr or "2" in shown
    assert f"{second}: " in done.stderr
    assert done.exit_code == 3


def test_a_hole_between_fragments_is_named(tmp_path: Path) -> None:
    put_range(tmp_path, 0, 2 * SIZE)
    put_range(tmp_path, 3 * SIZE, 6 * SIZE)
    assert not ask(tmp_path).stderr
    done = ask(tmp_path, "-v")
    assert messages(done) == list("01345")
    assert f"a hole of {SIZE} bytes at {2 * SIZE:016x}" in done.stderr
    assert done.exit_code == 0


def test_two_fragments_of_one_range_that_differ_are_named(tmp_path: Path) -> None:
    one = put_fragment(tmp_path, log("one"))
    two = put_fragment(tmp_path, log("two"))
    done = ask(tmp_path)
    assert messages(done) in (["one"], ["two"])
    assert str(one) in done.stderr
    assert str(two) in done.stderr


# --- snappy --------------------------------------------------------------------------------------


def put_snappy(folder: Path) -> Path:
    stored = bytes(cramjam.snappy.compress(log("snappy")))
    return put_fragment(folder, log("snappy"), stored=stored, extension=".sz")


def test_snappy_is_read_with_the_extra(tmp_path: Path) -> None:
    put_snappy(tmp_path)
    done = ask(tmp_path)
    assert (messages(done), done.stderr, done.exit_code) == (["snappy"], "", 0)


def test_snappy_is_named_with_the_extra_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cramjam", None)
    put(tmp_path, "good.jsonl", log("good"))
    path = put_snappy(tmp_path)
    done = ask(tmp_path)
    assert messages(done) == ["good"]
    assert f"{path}: is compressed with snappy" in done.stderr
    assert "pip install 'flowctl-ops[snappy]'" in done.stderr
    assert done.exit_code == 3


def test_invert_without_a_search_is_told(tmp_path: Path) -> None:
    put_fragment(tmp_path, log("good"))
    done = ask(tmp_path, "--invert")
    assert (done.stdout, done.exit_code) == (b"", 2)
    assert "--invert turns a --grep around" in done.stderr


STRICT = '{"ts":"2026-10-05T00:00:00Z","level":"info","message":"m","fields":{"x":%s}}'


@pytest.mark.parametrize("value", ["NaN", "-Infinity", "[1,]", '{"a":1, }'])
def test_what_strict_parsers_refuse_is_named(value: str, tmp_path: Path) -> None:
    quoted = json.dumps(f"{value} in a string")
    (tmp_path / "a.jsonl").write_text("\n".join(STRICT % x for x in ("1", value, quoted)) + "\n")
    done = run_ops("logs", "-d", str(tmp_path), "--json")
    assert [json.loads(line)["fields"]["x"] for line in done.stdout.splitlines()] == [
        1,
        f"{value} in a string",
    ]
    assert done.exit_code == 3
    assert "a.jsonl:2: " in done.stderr


@pytest.mark.parametrize("options", [(), ("-C", "1", "-g", "m"), ("-n", "5"), ("-o", "text")])
def test_nanoseconds_decide_the_order(options: tuple[str, ...], tmp_path: Path) -> None:
    times = ["40Z", "40.000000001Z", "40.1Z", "40.09Z"]
    lines = (
        json.dumps({"ts": f"2026-10-05T00:00:{ts}", "level": "info", "message": f"m{n}"})
        for n, ts in enumerate(times)
    )
    (tmp_path / "a.jsonl").write_text("".join(line + "\n" for line in lines))
    shown = run_ops("logs", "-d", str(tmp_path), "-o", "csv", *options).stdout.decode()
    assert re.findall(r"\bm\d", shown) == ["m0", "m1", "m3", "m2"]
