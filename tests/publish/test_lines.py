"""From bytes to logs: however they come in pieces, and what Flow loses is kept."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from flowctl_ops.publish.lines import LONGEST, LogReader

MIB = 1 << 20


def messages(data: bytes, *cuts: int) -> list[str]:
    """What a stream says that comes in pieces, none of them waited for."""
    return [message for message, _ in read(data, *cuts)]


def read(data: bytes, *cuts: int) -> list[tuple[str, str]]:
    reader = LogReader()
    edges = [0, *sorted({cut % (len(data) + 1) for cut in cuts}), len(data)]
    logs = []
    for begin, end in itertools.pairwise(edges):
        logs += reader.feed(data[begin:end])
    logs += reader.end()
    return [(log.message, log.fields) for log in logs]


def test_a_last_raw_line_without_a_line_end_is_whole_and_its_own() -> None:
    assert messages(b"one\ntwo\nthree") == ["one\ntwo", "three"]


def test_a_last_json_line_without_a_line_end_is_a_log() -> None:
    assert messages(b'{"msg":"one"}\n{"msg":"two"}') == ["one", "two"]


def test_bytes_that_are_no_utf8_are_replaced_and_counted() -> None:
    reader = LogReader()
    logs = (
        reader.feed(b'{"msg":"caf\xe9"}\n{"msg":"ok \xef\xbf\xbd"}\n')
        + reader.feed(b"\xff\xfe")
        + reader.end()
    )
    assert [log.message for log in logs] == ["caf\ufffd", "ok \ufffd", "\ufffd\ufffd"]
    assert reader.replaced == 2


def test_a_line_of_a_mebibyte_is_one_log() -> None:
    line = b'{"msg":"' + b"x" * (MIB - 10) + b'"}'
    assert len(line) == LONGEST
    assert [len(message) for message in messages(line + b"\n")] == [MIB - 10]
    assert [len(message) for message in messages(line[:-2] + b'x"}\n')] == [MIB, 1]


def test_a_longer_line_is_split_and_nothing_of_it_lost() -> None:
    line = '{"msg":"' + "é " * (3 * MIB // 2) + 'end"}'
    data = line.encode() + b'\n{"msg":"next"}\nraw'
    for cuts in ([], [MIB], range(0, len(data), 1 << 16)):
        *pieces, following, last = messages(data, *cuts)
        assert "".join(pieces) == line
        assert max(len(piece.encode()) for piece in pieces) <= MIB
        assert (following, last) == ("next", "raw")


def test_a_longer_line_without_an_end_is_split_too() -> None:
    line = "x" * (2 * MIB + 5)
    assert messages(line.encode(), *range(0, len(line), 1 << 16)) == ["x" * MIB, "x" * MIB, "x" * 5]


def test_what_is_held_back_is_bounded() -> None:
    reader = LogReader()
    chunk = b"plain text\n" * 5000
    logs = [log for _ in range(100) for log in reader.feed(chunk)]
    assert max(len(log.message) for log in logs) <= MIB + 20
    assert len(logs) >= 4


text = st.binary(max_size=6) | st.sampled_from(
    [b'{"msg":"a"}', b'{"a":1}', b"raw", b"", b"\xc3\xa9"]
)


@given(
    st.lists(text.filter(lambda part: b"\n" not in part), max_size=12),
    st.lists(st.integers(0, 200)),
)
def test_pieces_do_not_matter(lines: list[bytes], cuts: list[int]) -> None:
    data = b"\n".join(lines)
    assert read(data, *cuts) == read(data)
