"""Documents as tools lay them out: read where that is safe, else named once with the way out."""

from __future__ import annotations

import bz2
import codecs
import csv
import gzip
import json
import lzma
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowctl_ops import zstd
from flowctl_ops.sources import content, shapes
from flowctl_ops.sources.files import Codec, FileFormat, SourceFile
from flowctl_ops.sources.shapes import Shape
from tests.cli import Completed, run_ops

LOGS: list[dict[str, Any]] = [
    {
        "shard": {"kind": "capture", "name": "acmeCo/a", "keyBegin": "00", "rClockBegin": "00"},
        "ts": f"2026-10-05T10:00:0{n}Z",
        "level": "info",
        "message": f'm{n} {{[ "quoted" \\ }}]',
        "fields": {"list": [1, [2, {"a": []}]], "n": n},
    }
    for n in range(5)
]
LINES = [json.dumps(log) for log in LOGS]


def asked(path: Path, *args: str) -> Completed:
    return run_ops("logs", "-d", str(path), "--json", *args)


def documents(done: Completed) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def put(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


LAID_OUT = {
    "an array on one line": json.dumps(LOGS),
    "an array, compact, without an end of line": json.dumps(LOGS, separators=(",", ":")),
    "an array over lines": json.dumps(LOGS, indent=2) + "\n",
    "an array with tabs": json.dumps(LOGS, indent="\t"),
    "an array of lines": "[\n" + ",\n".join(LINES) + "\n]\n",
    "an array a line": "".join(f"[{line}]\n" for line in LINES),
    "arrays of several": f"[{LINES[0]},{LINES[1]}]\n[]\n[{LINES[2]}]\n[{LINES[3]},{LINES[4]}]",
    "over several lines": "\n".join(json.dumps(log, indent=4) for log in LOGS),
    "over lines of Windows": "\r\n".join(LINES).replace('{"shard"', '{\r\n"shard"'),
    "behind one another": "".join(LINES),
    "behind one another with spaces": "  ".join(LINES),
    "with a comma behind each": ",\n".join(["[" + LINES[0], *LINES[1:]]) + "]",
    "kubectl logs --prefix": "".join(f"[pod/reactor-0/reactor] {line}\n" for line in LINES),
    "kubectl logs --timestamps": "".join(f"2026-09-01T10:00:00.1Z {line}\n" for line in LINES),
    "both": "".join(f"[pod/r-0/r] 2026-09-01T10:00:00.123456789Z {line}\n" for line in LINES),
    "docker compose logs": "".join(f"reactor-1  | {line}\n" for line in LINES),
    "docker compose logs -t": "".join(f"r-1  | 2026-09-01T10:00:00.1Z {line}\n" for line in LINES),
    "in colour": "".join(f"\x1b[36mr-1  | \x1b[0m{line}\n" for line in LINES),
    "the container runtime's": "".join(
        f"2026-09-01T10:00:00.1+02:00 stdout F {line}\n" for line in LINES
    ),
    "marks between files": "\ufeff" + "\n\ufeff".join(LINES),
}
STORED: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "plain": ("x.json", bytes),
    "gzip": ("x.json.gz", gzip.compress),
    "zstd": ("x.json.zst", zstd.compress),
    "bzip2": ("x.json.bz2", bz2.compress),
    "rotated": ("x.log.1", bytes),
}


@pytest.mark.parametrize("text", LAID_OUT.values(), ids=list(LAID_OUT))
@pytest.mark.parametrize(("name", "pack"), STORED.values(), ids=list(STORED))
def test_documents_are_read_as_tools_lay_them_out(
    text: str, name: str, pack: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    if pack is not bytes and text.startswith("\ufeff"):
        text = text.replace("\ufeff", "")
    done = asked(put(tmp_path / name, pack(text.encode())))
    assert documents(done) == LOGS
    assert (done.exit_code, done.stderr) == (0, "")


def test_numbers_keep_their_text_in_an_array(tmp_path: Path) -> None:
    odd = LINES[0].replace('"n": 0', '"n": 102272023e800296, "m": 1.10')
    done = asked(put(tmp_path / "x.json", f"[{odd}]"))
    assert b'"n": 102272023e800296, "m": 1.10' in done.stdout


AMIDST = {
    "an array": (f"[{LINES[1]},{LINES[2]}]\n", "jq -c '.[]'"),
    "over lines": (json.dumps(LOGS[1:], indent=2)[1:-1], "jq -c ."),
    "a prefix": ("".join(f"r-1  | {line}\n" for line in LINES[1:]), "sed 's/^[^{]*//'"),
    "a mark": (f"\ufeff{LINES[1]}\n", r"sed 's/\xEF\xBB\xBF//g'"),
}


@pytest.mark.parametrize(("text", "way_out"), AMIDST.values(), ids=list(AMIDST))
def test_another_layout_amidst_lines_is_one_sentence_with_the_way_out(
    text: str, way_out: str, tmp_path: Path
) -> None:
    path = put(tmp_path / "x.jsonl", f"{LINES[0]}\n{text}")
    done = asked(path)
    assert LOGS[0] in documents(done)
    assert done.stderr.count(str(path)) == 1
    assert way_out in done.stderr
    assert done.exit_code == 3


CUT = {
    "a cut line first": '{"ts":"2026-10-05T10:00:00Z","mess\n' + "\n".join(LINES[1:]),
    "the end of a line first": 'sage":"x"}\n' + "\n".join(LINES[1:]),
    "a cut array": json.dumps([LOGS[1], *LOGS[2:]])[:-2] + "]",
}


@pytest.mark.parametrize("text", CUT.values(), ids=list(CUT))
def test_what_is_cut_costs_no_more_than_itself(text: str, tmp_path: Path) -> None:
    done = asked(put(tmp_path / "x.jsonl", text))
    assert len(documents(done)) >= 3
    assert done.exit_code == 3


@settings(deadline=None)
@given(st.lists(st.dictionaries(st.text(), st.text() | st.integers() | st.lists(st.text()))))
def test_any_objects_are_found_wherever_chunks_end(values: list[dict[str, Any]]) -> None:
    text = json.dumps(values, indent=1).encode()
    for size in (1, 3, 7, 4096):
        chunks = [text[at : at + size] for at in range(0, len(text), size)]
        found = [json.loads(line) for line, _ in shapes.documents(chunks, 1 << 20)]
        assert found == values


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_have_a_shape_and_documents(text: bytes) -> None:
    assert shapes.shape_of(text) in Shape
    for line, length in shapes.documents([text], 50):
        assert line.count(b"\n") == 1
        assert length


def test_a_connectors_own_lines_are_named_and_the_rest_is_answered(tmp_path: Path) -> None:
    raw = '{"ts":"2026-10-05T10:00:00Z","level":"info","msg":"own","fields":{}}\n'
    path = put(tmp_path / "x.jsonl", raw * 2 + LINES[0] + "\n[1]\n")
    done = asked(path)
    assert documents(done) == LOGS[:1]
    for number in (1, 2):
        assert f"{path}:{number}: is no document of an ops collection" in done.stderr
    assert f"{path}:4: is an array" in done.stderr
    assert done.exit_code == 3


# --- codecs ---------------------------------------------------------------------------------------


def member(content: bytes, flags: int) -> bytes:
    """Give a member of gzip with everything in its header that the flags promise."""
    header = b"\x1f\x8b\x08" + bytes([flags]) + b"\0\0\0\0\0\xff"
    header += b"\x03\0abc" if flags & 4 else b""
    header += b"name\0" if flags & 8 else b""
    header += b"a comment\0" if flags & 16 else b""
    header += struct.pack("<H", zlib.crc32(header) & 0xFFFF) if flags & 2 else b""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packer.compress(content) + packer.flush()
    return header + body + struct.pack("<II", zlib.crc32(content), len(content))


@pytest.mark.parametrize("flags", range(32))
@pytest.mark.parametrize("padding", [0, 1000])
@pytest.mark.parametrize("name", ["x.jsonl.gz", "x.csv.gz"])
def test_gzip_is_read_with_every_header_and_padding(
    flags: int, padding: int, name: str, tmp_path: Path
) -> None:
    text = "\n".join([*LINES, ""]).encode()
    if name == "x.csv.gz":
        text = b"ts,level,message\n2026-10-05T10:00:00Z,info,m0\n"
    done = asked(put(tmp_path / name, member(text, flags) + bytes(padding)))
    assert len(documents(done)) == (5 if name == "x.jsonl.gz" else 1)
    assert (done.exit_code, done.stderr) == (0, "")


def test_a_second_member_may_have_another_header(tmp_path: Path) -> None:
    text = "\n".join([*LINES, ""]).encode()
    done = asked(put(tmp_path / "x.jsonl.gz", member(text, 0) + member(text, 18)))
    assert len(documents(done)) == 10
    assert (done.exit_code, done.stderr) == (0, "")


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "x.jsonl.bz2": bz2.compress,
    "x.log.xz": lzma.compress,
}


@pytest.mark.parametrize(("name", "pack"), PACKED.items(), ids=list(PACKED))
def test_bzip2_and_xz_are_read_and_their_damage_named(
    name: str, pack: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    text = "\n".join([*LINES, ""]).encode()
    path = put(tmp_path / name, pack(text) + pack(text))
    done = asked(path)
    assert len(documents(done)) == 10
    assert (done.exit_code, done.stderr) == (0, "")
    for damaged in (path.read_bytes()[:-20], b"text", pack(text) + b"garbage"):
        done = asked(put(path, damaged))
        assert str(path) in done.stderr
        assert done.exit_code == 3


ROTATED = [
    "app.log.1",
    "app.log.2.gz",
    "app.log-20261005",
    "app.jsonl.2026-10-05",
    "app.log.10.bz2",
]


@pytest.mark.parametrize("name", ROTATED)
def test_rotated_files_are_read_beside_the_others(name: str, tmp_path: Path) -> None:
    packers: dict[str, Callable[[bytes], bytes]] = {".gz": gzip.compress, ".bz2": bz2.compress}
    pack = packers.get(os.path.splitext(name)[1], bytes)
    put(tmp_path / "app.log", LINES[1] + "\n")
    put(tmp_path / name, pack(LINES[0].encode() + b"\n"))
    assert documents(asked(tmp_path)) == LOGS[:2]


FUZZED: dict[str, tuple[Codec, Callable[[bytes], bytes]]] = {
    "plain": (Codec.NONE, bytes),
    "marked": (Codec.MARKED, lambda text: codecs.BOM_UTF16_LE + text),
    "gzip": (Codec.GZIP, gzip.compress),
    "zstd": (Codec.ZSTD, zstd.compress),
    "bzip2": (Codec.BZIP2, bz2.compress),
    "xz": (Codec.XZ, lzma.compress),
    "snappy": (Codec.SNAPPY, bytes),
}


@pytest.mark.parametrize("name", FUZZED)
@settings(deadline=None)
@given(st.binary(max_size=300), st.integers(0, 400), st.binary(max_size=3))
def test_any_bytes_give_lines_or_a_reason(
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
    text: bytes,
    at: int,
    noise: bytes,
) -> None:
    codec, pack = FUZZED[name]
    stored = pack(text)
    path = tmp_path_factory.mktemp("fuzz") / "x"
    path.write_bytes(stored[:at] + noise + stored[at + len(noise) :])
    for shape in Shape:
        file = SourceFile(
            str(path), "x", FileFormat.JSON, codec, size=path.stat().st_size, shape=shape
        )
        for read in (content.lines, content.cells):
            try:
                for _ in read(file):
                    pass
            except (content.Unreadable, csv.Error):
                pass
        content.readable(file)
        content.mismatch(file)


def test_a_line_that_inflates_to_much_is_cut_short(tmp_path: Path) -> None:
    path = put(tmp_path / "x.gz", gzip.compress(b'{"a":"' + b"x" * 60_000_000 + b'"}\n{}\n'))
    file = SourceFile(str(path), "x", FileFormat.JSON, Codec.GZIP, size=path.stat().st_size)
    lines = list(content.measured_lines(file))
    assert [length for _, length in lines] == [60_000_009, 3]
    assert len(lines[0][0]) < content.LONGEST_LINE + (2 << 20)
