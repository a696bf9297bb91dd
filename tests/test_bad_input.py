"""What bad input gets: the thing named on stderr, all the rest answered, the exit code that is due.

Every command runs in this process, where a bug raises: so none of these ever shows a traceback.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
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


def parquet_of_logs(folder: Path) -> bytes:
    return parquet(
        "SELECT TIMESTAMPTZ '2026-10-05 10:00:00+00' AS ts, 'info' AS level, 'row' AS message "
        "FROM range(1000)",
        folder,
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


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("x.jsonl.gz", gzip.compress(LONG), id="gzip"),
        pytest.param("x.jsonl.zst", zstd.compress(LONG), id="zstd"),
    ],
)
@pytest.mark.parametrize("place", [0.2, 0.5, 0.9])
def test_damage_in_the_middle_is_named_and_what_precedes_it_answered(
    name: str, content: bytes, place: float, tmp_path: Path
) -> None:
    at = int(len(content) * place)
    damaged = content[:at] + bytes(byte ^ 255 for byte in content[at : at + 8]) + content[at + 8 :]
    path = put(tmp_path, name, damaged)
    put(tmp_path, "good.jsonl", log("good"))
    done = ask(tmp_path)
    shown = set(messages(done))
    assert "good" in shown
    assert shown <= {"good", *MANY}
    assert str(path) in done.stderr
    assert done.exit_code == 3


def test_zstd_cut_short_gives_its_readable_part(tmp_path: Path) -> None:
    frames = zstd.compress(log("whole")) + zstd.compress(LONG)[:-200]
    path = put(tmp_path, "x.jsonl.zst", frames)
    done = ask(tmp_path)
    assert "whole" in messages(done)
    assert f"{path}: is a zstd file that is cut short" in done.stderr
    assert done.exit_code == 3


@pytest.mark.parametrize("keep", [4, 100, -1])
def test_parquet_cut_short_is_named_and_the_rest_answered(keep: int, tmp_path: Path) -> None:
    path = put(tmp_path, "x.parquet", parquet_of_logs(tmp_path)[:keep])
    put(tmp_path, "good.jsonl", log("good"))
    done = ask(tmp_path)
    assert messages(done) == ["good"]
    assert f"{path}: is no Parquet file, or is cut short" in done.stderr
    assert done.exit_code == 3


def test_parquet_with_damaged_pages_is_named_and_the_rest_answered(tmp_path: Path) -> None:
    content = parquet_of_logs(tmp_path)
    path = put(tmp_path, "x.parquet", content[:20] + bytes(40) + content[60:])
    put(tmp_path, "y.parquet", content)
    done = ask(tmp_path)
    assert messages(done) == ["row"] * 1000
    assert str(path) in done.stderr
    assert done.exit_code == 3


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        pytest.param("SELECT 1 AS a, 2 AS b", "has none of the columns", id="other columns"),
        pytest.param(
            "SELECT 3 AS ts, 1 AS level, [1, 2] AS message", "cannot be read", id="other types"
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


def test_quiet_says_nothing_and_still_exits_with_3(tmp_path: Path) -> None:
    put(tmp_path, "x.jsonl.gz", b"")
    put(tmp_path, "good.jsonl", log("good"))
    done = ask(tmp_path, "--quiet")
    assert (messages(done), done.stderr, done.exit_code) == (["good"], "", 3)


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
    assert f"{tmp_path / 'nowhere'} does not exist" in done.stderr
    assert done.exit_code == 3


@pytest.mark.parametrize(
    "names", [[], ["picture.png"], [".hidden.jsonl"], ["recovery/log.jsonl"]], ids=str
)
def test_a_folder_with_nothing_to_read_says_what_was_looked_for(
    names: list[str], tmp_path: Path
) -> None:
    for name in names:
        put(tmp_path, name, log("not to be read"))
    done = ask(tmp_path)
    assert done.stdout == b""
    assert str(tmp_path) in done.stderr
    assert done.exit_code == (3 if "picture.png" not in names else 0)


def test_a_file_that_is_gone_when_it_is_opened_is_named(tmp_path: Path) -> None:
    put(tmp_path, "good.jsonl", log("good"))
    (tmp_path / "gone.jsonl").symlink_to("nowhere")
    done = ask(tmp_path)
    assert messages(done) == ["good"]
    assert f"{tmp_path / 'gone.jsonl'}: cannot be read: no such file or directory" in done.stderr
    assert done.exit_code == 3


def test_what_may_not_be_read_is_named_and_the_rest_answered(tmp_path: Path) -> None:
    """Root reads everything, unless it gives up the two capabilities that let it."""
    put(tmp_path, "good.jsonl", log("good"))
    forbidden = [
        put(tmp_path, "x.jsonl", log("secret")),
        put(tmp_path, "x.jsonl.gz", gzip.compress(log("secret"))),
        put(tmp_path, "x.csv", CSV_HEADER.encode()),
        put(tmp_path, "x.parquet", parquet_of_logs(tmp_path)),
        put_fragment(tmp_path, log("secret")),
        put(tmp_path, "folder/x.jsonl", log("secret")).parent,
    ]
    for path in forbidden:
        path.chmod(0)
    try:
        done = run_unprivileged("logs", "--data", str(tmp_path), "-o", "json")
    finally:
        for path in forbidden:
            path.chmod(0o700)
    assert messages(done) == ["good"]
    assert [path for path in forbidden if f"{path}: " not in done.stderr] == []
    assert done.stderr.count("permission denied") == len(forbidden)
    assert "Traceback" not in done.stderr
    assert done.exit_code == 3
