"""The uncompressed bytes of a file, and how far a damaged one is read: FORMATS §1.4."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import cramjam
import pytest

from flowctl_ops import zstd
from flowctl_ops.sources import content, sniff
from flowctl_ops.sources.files import Codec, FileFormat, SourceFile
from flowctl_ops.sources.journals import Fragment

LINES = [b'{"n":%d}\n' % number for number in range(1000)]
TEXT = b"".join(LINES)
ACCENTED = '{"message":"Dønn 日本 😀"}\n{"message":""}\n'


def file(path: Path, data: bytes, codec: Codec, fragment: Fragment | None = None) -> SourceFile:
    path.write_bytes(data)
    return SourceFile(
        str(path), path.name, FileFormat.JSON, codec, fragment=fragment, size=len(data)
    )


def read_until_error(source: SourceFile) -> tuple[bytes, str]:
    """What a file gives, and the sentence in which it ends; '' at its end."""
    given: list[bytes] = []
    try:
        given.extend(content.lines(source))
    except content.Unreadable as error:
        return b"".join(given), error.sentence
    return b"".join(given), ""


def gzip_members(text: bytes, size: int) -> bytes:
    """As Flow's brokers write: a member per batch, which may end in mid-line."""
    return b"".join(gzip.compress(text[at : at + size]) for at in range(0, len(text), size))


def zstd_members(text: bytes, size: int) -> bytes:
    return b"".join(zstd.compress(text[at : at + size]) for at in range(0, len(text), size))


def snappy(text: bytes) -> bytes:
    return bytes(cramjam.snappy.compress(text))


WHOLE: dict[str, tuple[Codec, bytes]] = {
    "plain": (Codec.NONE, TEXT),
    "gzip": (Codec.GZIP, gzip.compress(TEXT)),
    "gzip, many members": (Codec.GZIP, gzip_members(TEXT, 777)),
    "gzip, members of a byte": (
        Codec.GZIP,
        gzip_members(TEXT[:100], 1) + gzip.compress(TEXT[100:]),
    ),
    "gzip, an empty member between": (
        Codec.GZIP,
        gzip.compress(TEXT[:50]) + gzip.compress(b"") + gzip.compress(TEXT[50:]),
    ),
    "gzip, a file name in its header": (
        Codec.GZIP,
        b"\x1f\x8b\x08\x08" + b"\0" * 4 + b"\0\xff" + b"saved.jsonl\0" + gzip.compress(TEXT)[10:],
    ),
    "zstd": (Codec.ZSTD, zstd.compress(TEXT)),
    "zstd, many frames": (Codec.ZSTD, zstd_members(TEXT, 777)),
    "zstd, a frame to be skipped": (
        Codec.ZSTD,
        b"\x50\x2a\x4d\x18\x04\0\0\0note" + zstd.compress(TEXT),
    ),
    "snappy": (Codec.SNAPPY, snappy(TEXT)),
    "no codec known": (Codec.UNKNOWN, TEXT),
}


@pytest.mark.parametrize(("codec", "data"), WHOLE.values(), ids=list(WHOLE))
def test_a_whole_file_gives_its_lines(codec: Codec, data: bytes, tmp_path: Path) -> None:
    assert list(content.lines(file(tmp_path / "f", data, codec))) == LINES


@pytest.mark.parametrize("codec", [Codec.GZIP, Codec.ZSTD])
def test_a_file_longer_than_a_piece_is_read_to_its_end(codec: Codec, tmp_path: Path) -> None:
    """Members and pieces end in different places."""
    noise = hashlib.shake_128(b"noise").hexdigest(3 << 19).encode() + b"\n"
    members = gzip_members if codec is Codec.GZIP else zstd_members
    source = file(tmp_path / "f", members(noise, 400_001), codec)
    assert source.size > 1 << 20
    assert b"".join(content.chunks(source)) == noise


def test_a_last_line_without_its_end_is_given_too(tmp_path: Path) -> None:
    assert list(content.lines(file(tmp_path / "f", b"a\n\nb", Codec.NONE))) == [b"a\n", b"\n", b"b"]


def test_a_plain_file_may_be_empty(tmp_path: Path) -> None:
    assert list(content.lines(file(tmp_path / "f", b"", Codec.NONE))) == []


GZ, ZST, SZ = gzip.compress(TEXT), zstd.compress(TEXT), snappy(TEXT)
DAMAGED: dict[str, tuple[Codec, bytes, bytes, str]] = {
    "gzip, empty": (Codec.GZIP, b"", b"", "is empty where gzip is expected"),
    "gzip, cut in its header": (Codec.GZIP, GZ[:5], b"", "gzip file that is cut short"),
    "gzip, cut in its checksum": (Codec.GZIP, GZ[:-5], TEXT, "gzip file that is cut short"),
    "gzip, cut in the second member": (
        Codec.GZIP,
        gzip.compress(TEXT) + gzip.compress(TEXT)[:12],
        TEXT,
        "gzip file that is cut short",
    ),
    "gzip, a wrong checksum": (Codec.GZIP, GZ[:-8] + b"\0" * 8, b"", "damaged gzip file"),
    "gzip, that is plain text": (Codec.GZIP, TEXT, b"", "is not gzip, as its name says"),
    "gzip, that is a web page": (Codec.GZIP, b"<html>\n", b"", "is not gzip, as its name says"),
    "gzip, with something behind it": (Codec.GZIP, GZ + b"garbage\n", TEXT, "damaged gzip file"),
    "zstd, empty": (Codec.ZSTD, b"", b"", "is empty where zstd is expected"),
    "zstd, cut": (Codec.ZSTD, ZST[:-5], b"", "zstd file that is cut short"),
    "zstd, cut in the second frame": (
        Codec.ZSTD,
        ZST + ZST[:12],
        TEXT,
        "zstd file that is cut short",
    ),
    "zstd, that is plain text": (Codec.ZSTD, TEXT, b"", "is not zstd, as its name says"),
    "zstd, with something behind it": (Codec.ZSTD, ZST + b"garbage\n", TEXT, "damaged zstd file"),
    "snappy, empty": (Codec.SNAPPY, b"", b"", "is empty where snappy is expected"),
    "snappy, cut": (Codec.SNAPPY, SZ[:-5], b"", "damaged snappy file"),
    "snappy, that is plain text": (Codec.SNAPPY, TEXT, b"", "damaged snappy file"),
}


@pytest.mark.parametrize(("codec", "data", "good", "reason"), DAMAGED.values(), ids=list(DAMAGED))
def test_a_damaged_file_gives_what_is_good_and_then_says_what_is_wrong(
    codec: Codec, data: bytes, good: bytes, reason: str, tmp_path: Path
) -> None:
    """`good` is the least that must come out; what comes out is always a beginning of the text."""
    given, sentence = read_until_error(file(tmp_path / "f", data, codec))
    assert reason in sentence
    assert TEXT.startswith(given)
    assert len(given) >= len(good)


def test_of_a_file_cut_in_the_middle_the_whole_lines_are_given(tmp_path: Path) -> None:
    stored = zlib.compressobj(level=0, wbits=31)  # stored as it is: where it is cut, the text is
    data = stored.compress(TEXT) + stored.flush()
    given, sentence = read_until_error(file(tmp_path / "f", data[: len(data) // 2], Codec.GZIP))
    assert "cut short" in sentence
    assert given in {b"".join(LINES[:number]) for number in range(1, len(LINES))}


def test_a_file_that_has_gone_says_so(tmp_path: Path) -> None:
    gone = SourceFile(str(tmp_path / "gone"), "gone", FileFormat.JSON, Codec.NONE)
    assert read_until_error(gone) == (b"", "cannot be read: no such file or directory")


def test_snappy_without_its_extra_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cramjam", None)
    _, sentence = read_until_error(file(tmp_path / "f", SZ, Codec.SNAPPY))
    assert "pip install 'flowctl-ops[snappy]'" in sentence


MARKED = {
    "UTF-8": codecs.BOM_UTF8 + ACCENTED.encode(),
    "UTF-16, little end first": codecs.BOM_UTF16_LE + ACCENTED.encode("utf-16-le"),
    "UTF-16, big end first": codecs.BOM_UTF16_BE + ACCENTED.encode("utf-16-be"),
}


@pytest.mark.parametrize("data", MARKED.values(), ids=list(MARKED))
def test_text_behind_a_byte_order_mark_is_given_as_plain_utf_8(data: bytes, tmp_path: Path) -> None:
    source = file(tmp_path / "f", data, Codec.MARKED)
    assert sniff.codec_of(source.path) is Codec.MARKED
    assert b"".join(content.lines(source)) == ACCENTED.encode()


def test_utf_16_that_is_cut_in_a_sign_keeps_what_precedes_it(tmp_path: Path) -> None:
    source = file(tmp_path / "f", MARKED["UTF-16, little end first"][:-1], Codec.MARKED)
    assert next(content.lines(source)) == ACCENTED.encode().splitlines(keepends=True)[0]


SNIFFED: dict[str, tuple[bytes, Codec]] = {
    "gzip": (GZ, Codec.GZIP),
    "zstd": (ZST, Codec.ZSTD),
    "snappy": (SZ, Codec.SNAPPY),
    "text": (TEXT, Codec.NONE),
    "nothing": (b"", Codec.NONE),
    "one byte of gzip's two": (b"\x1f", Codec.NONE),
}


@pytest.mark.parametrize(("data", "codec"), SNIFFED.values(), ids=list(SNIFFED))
def test_a_codec_is_told_by_the_first_bytes(data: bytes, codec: Codec, tmp_path: Path) -> None:
    assert sniff.codec_of(file(tmp_path / "f", data, Codec.UNKNOWN).path) is codec


FORMATS: dict[str, tuple[bytes, FileFormat | None]] = {
    "Parquet": (b"PAR1\x15\x04", FileFormat.PARQUET),
    "a JSON object": (b'{"ts":1}\n', FileFormat.JSON),
    "a JSON object behind blank lines": (b'\n  {"ts":1}\n', FileFormat.JSON),
    "gzip": (GZ, FileFormat.JSON),
    "a shell script": (b"#!/bin/sh\n", None),
    "prose": (b"Dear all,\n", None),
}


@pytest.mark.parametrize(("data", "expected"), FORMATS.values(), ids=list(FORMATS))
def test_a_format_is_told_by_the_first_bytes(
    data: bytes, expected: FileFormat | None, tmp_path: Path
) -> None:
    path = file(tmp_path / "f", data, Codec.UNKNOWN).path
    assert sniff.format_of(path, certain=False)[0] is expected
    assert sniff.format_of(path, certain=True)[0] is (expected or FileFormat.JSON)


def named(text: bytes, *, length: int | None = None, sha1: str | None = None) -> Fragment:
    end = 100 + (len(text) if length is None else length)
    return Fragment(100, end, sha1 or hashlib.sha1(text).hexdigest(), None)


@pytest.mark.parametrize(
    ("codec", "encode"),
    [
        pytest.param(Codec.NONE, bytes, id="none"),
        pytest.param(Codec.GZIP, lambda text: gzip_members(text, 777), id="gzip"),
        pytest.param(Codec.ZSTD, lambda text: zstd_members(text, 777), id="zstd"),
        pytest.param(Codec.SNAPPY, snappy, id="snappy"),
    ],
)
def test_a_fragment_is_compared_with_its_name_uncompressed(
    codec: Codec, encode: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    assert content.mismatch(file(tmp_path / "f", encode(TEXT), codec, named(TEXT))) is None


MISMATCHES: dict[str, tuple[bytes, Fragment, str]] = {
    "short": (
        GZ,
        named(TEXT, length=len(TEXT) + 1),
        f"holds {len(TEXT)} bytes where its name says",
    ),
    "long": (GZ, named(TEXT, length=len(TEXT) - 1), f"holds {len(TEXT)} bytes where its name says"),
    "other bytes": (GZ, named(TEXT, sha1="ab" * 20), f"where its name says {'ab' * 20}"),
    "cut": (GZ[:-5], named(TEXT), "cut short"),
}


@pytest.mark.parametrize(("data", "fragment", "reason"), MISMATCHES.values(), ids=list(MISMATCHES))
def test_a_fragment_that_disagrees_with_its_name_says_how(
    data: bytes, fragment: Fragment, reason: str, tmp_path: Path
) -> None:
    assert reason in (content.mismatch(file(tmp_path / "f", data, Codec.GZIP, fragment)) or "")


def test_a_file_that_is_no_fragment_has_no_name_to_disagree_with(tmp_path: Path) -> None:
    assert content.mismatch(file(tmp_path / "f", TEXT, Codec.NONE)) is None
