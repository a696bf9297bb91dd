"""Answers in tables and in words: they fit the screen, and nothing of a document obeys."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowctl_ops.render import json as as_json
from flowctl_ops.render import sections, text
from flowctl_ops.render.cells import Style
from flowctl_ops.render.sections import Section
from flowctl_ops.render.width import cell_width, elided, padded, wrapped
from flowctl_ops.result import Column, Result
from flowctl_ops.vocabulary import Unit

SIGNS = st.text(st.sampled_from("ab é日😀 \u0301/-…\n\x1b"), max_size=80)
COLUMNS = (
    Column("state", Unit.STATE),
    Column("task"),
    Column("kind", spare=3),
    Column("last", Unit.AGE, spare=2),
    Column("errors", Unit.COUNT, spare=1),
    Column("activity", Unit.SHARES, spare=4),
    Column("reason", Unit.NOTE, ""),
)
ROWS: list[tuple[Any, ...]] = [
    ("failing", "acmeCo/a/very/long/name/of/a/capture", "capture", 5.0, 3, [1] * 24, "no " * 90),
    ("healthy", "Zürich/données", "derivation", None, 0, [None, *range(23)], None),
]


def drawn(style: Style, rows: list[tuple[Any, ...]] = ROWS) -> list[str]:
    stream = io.BytesIO()
    result = Result(COLUMNS, [rows], above=("2 tasks, not all are well",), below=("next",))
    assert text.write(result, stream, style) == len(rows)
    return stream.getvalue().decode().splitlines()


@given(SIGNS, st.integers(1, 60), st.booleans())
def test_what_is_elided_fits(said: str, width: int, end: bool) -> None:  # noqa: FBT001
    shown = elided(said, width, end=end)
    assert cell_width(shown) <= max(width, 1)
    assert (shown == said) == (cell_width(said) <= width)
    assert cell_width(padded(shown, 80)) == 80


@given(SIGNS, st.integers(4, 60))
def test_what_is_wrapped_fits_and_is_whole(said: str, width: int) -> None:
    lines = wrapped(said, width)
    assert all(cell_width(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "").replace("\n", "") == said.replace(" ", "").replace(
        "\n", ""
    )


@pytest.mark.parametrize("width", [24, 30, 40, 60, 80, 100, 140])
def test_no_line_is_wider_than_the_screen(width: int) -> None:
    style = Style(width=width)
    lines = drawn(style)
    assert max(map(cell_width, lines)) <= width
    [header] = [at for at, line in enumerate(lines) if line.startswith("STATE")]
    assert " ".join(lines[:header]) == "2 tasks, not all are well"
    assert lines[header + 1].startswith("FAILING  acme")
    assert [line for line in lines if line.startswith("healthy")]


def test_columns_give_way_and_are_named() -> None:
    style = Style(width=60)
    header = drawn(style)[1]
    assert style.left_out == ["activity", "kind", "last"]
    assert style.left_out == ["activity", "kind", "last"]
    assert header.split() == ["STATE", "TASK", "ERRORS"]


def test_without_a_screen_nothing_is_cut() -> None:
    lines = drawn(Style())
    assert "  " + "no " * 90 in lines
    assert ROWS[0][1] in lines[2]


def test_a_column_that_says_nothing_is_left_out() -> None:
    rows = [(*row[:2], None, *row[3:]) for row in ROWS]
    assert "KIND" not in drawn(Style(), rows)[1]


def test_colours_are_those_of_the_look_and_of_nothing_else() -> None:
    states = {"failing": "<red>"}
    style = Style(states=states, plain="<plain>", dim="<dim>", alarm="<alarm>", header="<bold>")
    lines = drawn(style)
    assert lines[2].startswith("<red>FAILING<plain>")
    assert "<alarm>" in lines[2]
    assert "<alarm>" not in lines[4]
    assert "<" not in "".join(drawn(Style()))


def test_what_obeys_is_shown_as_its_code() -> None:
    hostile = "a\x1b[31m\u202e\nb"
    rows = [(*row[:1], hostile, *row[2:6], hostile) for row in ROWS]
    shown = "\n".join(drawn(Style(width=80), rows))
    assert not {"\x1b", "\u202e"} & set(shown)


def test_what_people_read_besides_is_no_data() -> None:
    stream = io.BytesIO()
    as_json.write(Result(COLUMNS, [ROWS], above=("above",), below=("below",)), stream)
    rows = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [row["task"] for row in rows] == [row[1] for row in ROWS]


def said(style: Style, *parts: Section) -> list[str]:
    stream = io.BytesIO()
    sections.write(parts, stream, style)
    return stream.getvalue().decode().splitlines()


def test_a_label_stands_beside_its_first_line() -> None:
    lines = said(Style(width=30), Section("CAUSE", ("so long a cause that it wraps", "more")))
    assert lines == ["CAUSE    so long a cause that", "         it wraps", "         more"]


def test_what_stands_in_columns_goes_on_below_the_last() -> None:
    lines = said(
        Style(width=60), Section("TIMELINE", ("23:35:00  changed    from an old to a new",))
    )
    assert lines == [
        "TIMELINE 23:35:00  changed    from an old to a new",
    ]
    lines = said(
        Style(width=60), Section("TIMELINE", ("23:35:00  changed    " + "word " * 8 + "end",))
    )
    assert lines == [
        "TIMELINE 23:35:00  changed    word word word word word word",
        " " * 30 + "word word end",
    ]


def test_a_sentence_above_is_wrapped_and_a_row_below_is_cut() -> None:
    stream = io.BytesIO()
    columns, above, below = (Column("a"),), ("word " * 6 + "end",), ("TITLE", "  " + "x" * 40)
    text.write(Result(columns, [[("b",)]], above=above, below=below), stream, Style(width=20))
    assert stream.getvalue().decode().splitlines() == [
        *("word word word word", "word word end", "a", "b"),
        *("TITLE", "  " + "x" * 17 + "…"),
    ]


def test_texts_have_the_room_that_a_column_left() -> None:
    columns = (Column("name"), Column("time"), Column("count", Unit.COUNT, "a number of things"))
    rows: list[tuple[Any, ...]] = [("a" * 30, "b" * 30, 1), ("c" * 30, "d" * 30, 2)]
    stream = io.BytesIO()
    style = Style(width=42)
    text.write(Result(columns, [rows]), stream, style)
    lines = stream.getvalue().decode().splitlines()
    assert style.left_out == ["a number of things"]
    assert {len(line) for line in lines[1:]} == {42}


def test_a_section_without_lines_is_left_out() -> None:
    assert said(Style(), Section("MEANS", ()), Section("", ("head",))) == ["head"]


@pytest.mark.parametrize("width", [20, 40, 80, 140])
def test_sections_fit_the_screen_and_obey_nothing(width: int) -> None:
    lines = said(Style(width=width), Section("CAUSE", ("\x1b[2J日本 " * 50,)))
    assert max(map(cell_width, lines)) <= max(width, 29)
    assert "\x1b" not in "".join(lines)
