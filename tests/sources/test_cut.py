"""A text that comes in pieces gives the same lines, wherever it is cut."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowctl_ops.sources.cut import cutter, is_document, row_end
from flowctl_ops.sources.files import Codec, FileFormat, SourceFile
from flowctl_ops.sources.shapes import Shape

LINES = SourceFile("x", "x", FileFormat.JSON, Codec.NONE)
LOGS = [{"level": "info", "message": message} for message in ("one", 'a "{[', "drei\nüber")]
TEXTS = {
    "lines": (LINES, "".join(json.dumps(log) + "\n" for log in LOGS).encode()),
    "UTF-16": (
        replace(LINES, codec=Codec.MARKED),
        "".join(json.dumps(log, ensure_ascii=False) + "\n" for log in LOGS).encode("utf-16"),
    ),
    "an array": (replace(LINES, shape=Shape.DOCUMENTS), json.dumps(LOGS, indent=2).encode()),
}


@pytest.mark.parametrize("name", TEXTS)
@given(cuts=st.lists(st.integers(0, 200), max_size=6))
def test_documents_are_the_same_wherever_a_text_is_cut(name: str, cuts: list[int]) -> None:
    file, text = TEXTS[name]
    lines = cutter(file)
    edges = [0, *sorted(cuts), len(text)]
    given_so_far = b"".join(
        lines.feed(text[begin:end]) for begin, end in pairwise(edges) if begin < end
    )
    found = (given_so_far + lines.end()).decode()
    assert [json.loads(line) for line in found.splitlines()] == LOGS


@given(cuts=st.lists(st.integers(0, 80), max_size=5))
def test_rows_stand_below_their_header_wherever_a_table_is_cut(cuts: list[int]) -> None:
    header, rows = b'ts,"a\nb"\n', [b'1,"x\ny"\n', b"2,z\n", b'3,"q""\n"\n']
    text = header + b"".join(rows)
    lines = cutter(replace(LINES, format=FileFormat.CSV))
    edges = [0, *sorted(cuts), len(text)]
    pieces = [lines.feed(text[begin:end]) for begin, end in pairwise(edges)]
    pieces = [piece for piece in pieces if piece and piece != header]
    assert all(piece.startswith(header) for piece in pieces)
    assert b"".join(piece.removeprefix(header) for piece in pieces) == b"".join(rows)


@pytest.mark.parametrize(
    ("text", "end"), [(b"", 0), (b"a", 0), (b"a\n", 2), (b'a,"b\n', 0), (b'a\nb,"c\n', 2)]
)
def test_a_row_ends_outside_of_quotes(text: bytes, end: int) -> None:
    assert row_end(text) == end


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (b'{"a":1}', True),
        (b'{"a":1} \r', True),
        (b'{"a":1', False),
        (b'{"a":"}', False),
        (b'{"a":1}{"b":2}', False),
        (b"[{}]", False),
        (b"", False),
        (b"[" * 100_000 + b"}", False),
    ],
)
def test_a_whole_document_needs_no_line_end(text: bytes, *, is_one: bool) -> None:
    assert is_document(text) is is_one


def test_a_line_that_is_too_long_for_a_document_is_not_held() -> None:
    lines = cutter(LINES)
    assert lines.feed(b"x" * 10_000_000) == b""
    assert len(lines.feed(b"x" * 10_000_000)) == 20_000_000
    assert lines.rest == b""
