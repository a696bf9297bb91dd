"""Every hard value through every output format, as bytes."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn

import pytest

from flowctl_ops.engine import opened
from flowctl_ops.render import RENDERERS, Output, table
from flowctl_ops.render.cells import Style
from flowctl_ops.result import Column, Result, Row
from flowctl_ops.terminal import visible
from flowctl_ops.vocabulary import Unit

COLUMNS = (Column("name"), Column("docs", Unit.COUNT), Column("été"))
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tcell", "\rcell", "\ncell", "＝1", "＠x"]  # noqa: RUF001
HARD: dict[str, Any] = {
    "nothing": None,
    "empty": "",
    "a space": " ",
    "non-ASCII": "été 日本 😀 é",
    "a line end": "one\ntwo",
    "a line end of Windows": "one\r\ntwo",
    "a progress bar": "10%\r20%\rdone",
    "odd line ends": "a\vb\fc\x1cd\x85e\u2028f\u2029g",
    "a last line end": "one\n",
    "line ends alone": "\n\n",
    "quotes": 'say "hi", it\'s',
    "a quote alone": '"',
    "commas and semicolons": "a,b;c",
    "a tab": "a\tb",
    "a backslash": "C:\\temp\\n",
    "JSON": '{"a": [1, "x|y"]}',
    "a table": "| a | b |\n| --- | --- |",
    "markdown": "*a* _b_ `c` [d](e) # f ~g~",
    "an escaped bar": "a\\|b",
    "HTML": "<script>alert(1)</script> &amp; <!-- -->",
    "terminal controls": "\x1b[31mred\x1b[0m \x07 \x08 \x7f \x9b2J",
    "a link for terminals": "\x1b]8;;http://x\x1b\\x\x1b]8;;\x1b\\",
    "what turns text": "\u202eabc\u2066d\u200f",
    "zero": "a\0b",
    "a byte order mark": "\ufeffa",
    "zero, the number": 0,
    "a big integer": 2**63,
    "a negative integer": -(2**63),
    "a fraction": 0.1,
    "a truth": True,
    "infinity": float("inf"),
    "no number": float("nan"),
    **{f"a formula, {formula!a}": formula for formula in FORMULAS},
}
hard = pytest.mark.parametrize("value", HARD.values(), ids=list(HARD))


def rendered(output: Output, *rows: Row, columns: tuple[Column, ...] = COLUMNS) -> str:
    stream = io.BytesIO()
    batches = [list(rows[:1]), list(rows[1:])] if len(rows) > 1 else [list(rows)]
    count = RENDERERS[output](Result(columns, batches), stream)
    assert count == len(rows)
    return stream.getvalue().decode()


def rows_around(value: Any) -> list[Row]:
    """A hard value in every place: first, in the middle, last, and in a row beside easy ones."""
    return [("a", 1, value), (value, 2, "b"), ("c", value, "d"), ("e", 4, "f")]


def refuse(constant: str) -> NoReturn:
    message = f"{constant} is no JSON"
    raise ValueError(message)


@hard
def test_json_is_an_object_a_line_that_gives_back_the_value(value: Any) -> None:
    rows = rows_around(value)
    lines = rendered(Output.JSON, *rows).split("\n")
    assert lines.pop() == ""
    read = [json.loads(line, parse_constant=refuse) for line in lines]
    finite = isinstance(value, str) or value is None or abs(value) < float("inf")
    names = [column.name for column in COLUMNS]
    expected = [dict(zip(names, row, strict=True)) for row in rows]
    assert not finite or read == expected
    assert len(read) == len(expected)


@hard
def test_csv_gives_back_the_value(value: Any) -> None:
    rows = rows_around(value)
    text = rendered(Output.CSV, *rows)
    read = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert read[0] == [column.name for column in COLUMNS]
    unguarded = [[cell.removeprefix("'") for cell in row] for row in read[1:]]
    assert unguarded == [["" if cell is None else str(cell) for cell in row] for row in rows]


@pytest.mark.parametrize("formula", FORMULAS, ids=ascii)
def test_csv_lets_no_spreadsheet_run_a_text(formula: str) -> None:
    text = rendered(Output.CSV, *rows_around(formula))
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert "'" + formula in cells
    assert [cell for cell in cells if cell.startswith(tuple(FORMULAS))] == []


def test_csv_on_a_terminal_commands_nothing() -> None:
    out = io.BytesIO()
    text = "a\x1b[31mb\rc\x9bd\te\r\nf\u202eg\u200b\u2069\ufeff"
    RENDERERS[Output.CSV](Result((Column("n"),), [[(text,)]]), out, Style(terminal=True))
    assert (
        out.getvalue().decode()
        == 'n\n"a\\u001b[31mb\\u000dc\\u009bd\te\r\nf\\u202eg\\u200b\\u2069\\ufeff"\n'
    )


def test_csv_leaves_numbers_as_they_are() -> None:
    assert rendered(Output.CSV, (-5, -0.5, 7)).splitlines()[1] == "-5,-0.5,7"


@hard
def test_markdown_is_one_row_for_each_record(value: Any) -> None:
    rows = rows_around(value)
    text = rendered(Output.MARKDOWN, *rows)
    lines = text.splitlines()
    assert text.count("\n") == len(lines) == len(rows) + 2
    assert {len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) for line in lines} == {4}
    assert lines[0] == "| name | docs | été |"
    assert lines[-1] == "| e | 4 | f |"


@hard
def test_markdown_holds_nothing_that_is_obeyed(value: Any) -> None:
    text = rendered(Output.MARKDOWN, *rows_around(value))
    assert visible(text.replace("\n", "")) == text.replace("\n", "")
    assert set(re.findall(r"<[^>]*>", text)) <= {"<br>"}


MARKDOWN = {
    "nothing": (None, ""),
    "two lines": ("one\ntwo", "one<br>two"),
    "a bar": ("a|b", "a\\|b"),
    "an escaped bar": ("a\\|b", "a\\\\\\|b"),
    "a tag": ("<b>", "&lt;b&gt;"),
    "emphasis": ("*a*_b_", "\\*a\\*\\_b\\_"),
    "a control": ("\x1b", "\\\\u001b"),
}


@pytest.mark.parametrize(("value", "cell"), MARKDOWN.values(), ids=list(MARKDOWN))
def test_markdown_shows_a_value_as_it_is(value: Any, cell: str) -> None:
    line = rendered(Output.MARKDOWN, (value, 0, "")).splitlines()[2]
    assert line == f"| {cell} | 0 |  |"


class Counting(io.BytesIO):
    """Keeps how many rows had been asked for when each piece was written."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0
        self.when: list[int] = []

    def write(self, data: Any, /) -> int:
        self.when.append(self.asked)
        return super().write(data)


def written_from(
    stream: Counting, count: int, *columns: Column, style: Style | None = None
) -> list[str]:
    """Write a table of many rows that are made one by one; give its lines."""

    def batches() -> Iterator[list[Row]]:
        for number in range(count):
            stream.asked += 1
            wide = "" if number < table.MEASURED else "wide" * 5
            yield [(f"n{number}{wide}", number) + (None,) * (len(columns) - 2)]

    assert table.write(Result(columns, batches()), stream, style or Style(width=30)) == count
    return stream.getvalue().decode().splitlines()


TEXT_AND_COUNT = (Column("name"), Column("docs", Unit.COUNT))


def test_a_long_table_is_not_held() -> None:
    stream = Counting()
    lines = written_from(stream, 3 * table.MEASURED, *TEXT_AND_COUNT)
    assert len(lines) == 3 * table.MEASURED + 1
    assert stream.when[0] == table.MEASURED
    assert all(later - before <= 1000 for before, later in pairwise(stream.when))


def test_the_first_rows_decide_the_widths_and_later_ones_are_cut_to_them() -> None:
    lines = written_from(Counting(), table.MEASURED + 1, *TEXT_AND_COUNT)
    assert lines[0] == "name    docs"
    assert lines[1] == "n0         0"
    assert lines[-2] == "n9999  9,999"
    assert lines[-1] == "n1…de  10,000"


def test_a_table_of_the_first_rows_alone_knows_all_of_its_widths() -> None:
    columns = (Column("name"), Column("docs", Unit.COUNT))
    rows = [("a", 1)] * (table.MEASURED - 1) + [("much longer", 2_000_000)]
    lines = rendered(Output.TEXT, *rows, columns=columns).splitlines()
    assert len({len(line) for line in lines}) == 1


def test_columns_left_out_are_decided_by_the_first_rows() -> None:
    spare = Column("a column that is wide", spare=1)
    style = Style(width=30)
    lines = written_from(Counting(), table.MEASURED + 1, *TEXT_AND_COUNT, spare, style=style)
    assert lines[0] == "name    docs"
    assert len(lines) == table.MEASURED + 2
    assert style.left_out == ["a column that is wide"]


def test_bars_are_drawn_beside_the_greatest_of_all() -> None:
    count = table.MEASURED + 1
    rows = [(number, number) for number in range(count)]
    text = rendered(
        Output.TEXT, *rows, columns=(Column("bytes", Unit.BYTES), Column("bar", Unit.BAR))
    )
    blocks = [line.count("█") for line in text.splitlines()]
    assert max(blocks) == blocks[-1] > blocks[table.MEASURED // 2] > 0


LINES = ["", "one", "étè 日本 😀", "two\n    lines", "\x1b[31mred\x1b[0m"]


def test_text_is_the_lines_as_they_were_laid_out() -> None:
    text = rendered(Output.TEXT, *((line,) for line in LINES), columns=(Column("line", Unit.LINE),))
    assert text == "".join(line + "\n" for line in LINES)


DOCUMENTS = ['{"a":1e999,  "b" : "é"}', '{"generation":102272023e800296}', '{"a":1,"a":2}']


def test_json_passes_documents_on_byte_for_byte() -> None:
    columns = (Column("doc", Unit.DOCUMENT),)
    text = rendered(Output.JSON, *((document,) for document in DOCUMENTS), columns=columns)
    assert text == "".join(document + "\n" for document in DOCUMENTS)


HEADERS = {
    (Output.TEXT, Unit.LINE): "",
    (Output.JSON, Unit.DOCUMENT): "",
    (Output.JSON, Unit.TEXT): "",
    (Output.CSV, Unit.TEXT): "name\n",
    (Output.MARKDOWN, Unit.TEXT): "| name |\n| --- |\n",
}


@pytest.mark.parametrize("batches", [[], [[]]], ids=["no batch", "an empty batch"])
@pytest.mark.parametrize(("output", "unit"), HEADERS)
def test_an_empty_answer_is_its_header_alone(
    output: Output, unit: Unit, batches: list[list[Row]]
) -> None:
    stream = io.BytesIO()
    assert RENDERERS[output](Result((Column("name", unit),), batches), stream) == 0
    assert stream.getvalue().decode() == HEADERS[output, unit]


FORMS = {Output.TEXT: 0, Output.MARKDOWN: 1, Output.CSV: 2, Output.JSON: 3}
PAGE = (Path(__file__).parent.parent / "docs/output.md").read_text("utf-8")
PROMISES = [
    re.split(r" \| ", line.strip("| "), maxsplit=5)
    for line in PAGE.splitlines()
    if re.match(r"\| \w+ \| `", line)
]


@pytest.mark.parametrize("output", FORMS)
@pytest.mark.parametrize(
    ("unit", "value", "forms"),
    [(row[0], json.loads(row[1].strip("`")), row[2:]) for row in PROMISES],
    ids=[f"{row[0]} {row[1]}" for row in PROMISES],
)
def test_every_form_of_every_unit_is_as_its_page_says(
    output: Output, unit: str, value: Any, forms: list[str]
) -> None:
    promised = forms[FORMS[output]]
    columns = (Column("first"), Column("value", Unit(unit), "heading"))
    shown = rendered(output, ("x", value), columns=columns)
    in_full = {
        Output.TEXT: r"first +heading\nx *(.*)\n",
        Output.MARKDOWN: r"\| first \| heading \|\n\| --- \| --- \|\n\| x \| (.*) \|\n",
        Output.CSV: r"first,value\nx,(.*)\n",
        Output.JSON: r'\{"first": "x", "value": (.*)\}\n',
    }
    left_out = {
        Output.TEXT: "first\nx\n",
        Output.MARKDOWN: "| first |\n| --- |\n| x |\n",
        Output.CSV: "first\nx\n",
        Output.JSON: '{"first": "x"}\n',
    }
    if unit == Unit.NOTE:  # below its row, and under its name
        in_full[Output.TEXT] = r"FIRST\nx\n  heading(.*)\n"
        in_full[Output.MARKDOWN] = in_full[Output.MARKDOWN].replace("heading", "value")
    if promised == "left out":
        assert shown == left_out[output]
        return
    found = re.fullmatch(in_full[output], shown)
    assert found is not None, shown
    cell = found[1].strip()
    if promised == "as it is":
        assert value in cell
    elif promised == "drawn":
        assert set(cell) == {"█"}
    else:
        assert cell == {"nothing": ""}.get(promised, promised.strip("`"))


def test_every_unit_of_a_cell_has_its_line_on_the_page() -> None:
    whole_lines = {Unit.DOCUMENT, Unit.LINE}
    assert {row[0] for row in PROMISES} == {str(unit) for unit in set(Unit) - whole_lines}


def test_every_format_has_its_renderer() -> None:
    assert set(RENDERERS) == set(Output)


def test_sql_and_python_show_the_same_signs_the_same_way(tmp_path: Path) -> None:
    """Only line ends, which lay out a message, and tabs are the SQL's own affair."""
    signs = [chr(code) for code in [*range(0x300), *range(0x2000, 0x2100), 0x1F600, 0xE0041]]
    signs += ["\u061c", "\u180e", "\ufeff", "\ufff9"]
    signs = [sign for sign in signs if sign not in "\t\n"]
    query = tmp_path / "visible.sql"
    query.write_text("SELECT visible(unnest($signs::VARCHAR[]))")
    with opened() as engine:
        shown = [text for (text,) in engine.rows(str(query), signs=signs)]
    differences = [
        (text, visible(sign))
        for sign, text in zip(signs, shown, strict=True)
        if text != visible(sign)
    ]
    assert differences == []
