"""Files of columns: known by what their columns say together, read by their own types."""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowctl_ops.sources.columns import Columns, plain_name
from flowctl_ops.vocabulary import Collection
from tests.cli import Completed, run_ops

LOGS, STATS = Collection.LOGS, Collection.STATS
TS = "TIMESTAMPTZ '2026-09-01 10:00:00+00' AS ts"
SHARD = "'capture' AS kind, 'acmeCo/a' AS name"
BINDING = '{"right":{"docsTotal":3,"bytesTotal":30},"out":{"docsTotal":2,"bytesTotal":24}}'


def parquet(path: Path, select: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.sql(select).write_parquet(str(path))
    return path


def text(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def asked(question: str, path: Path, *args: str) -> Completed:
    return run_ops(question, "-d", str(path), "--json", *args)


def documents(done: Completed) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def types(*names: str, **others: str) -> dict[str, str]:
    return dict.fromkeys(names, "VARCHAR") | others


CLAIMS: dict[str, tuple[dict[str, str], dict[Collection, bool]]] = {
    "logs": (types("shard/name", "ts", "level", "message", "fields"), {LOGS: True}),
    "logs without fields": (types("shard/name", "ts", "level"), {LOGS: True}),
    "logs by warehouse": (types("SHARD_NAME", "TS", "LEVEL", "MESSAGE"), {LOGS: True}),
    "logs of three columns": (types("ts", "level", "message"), {LOGS: False}),
    "a chat": (types("channel", "id", "message", "ts"), {}),
    "a game": (types("id", "name", "ts", level="INTEGER"), {}),
    "a game's words": (types("id", "name", "level"), {}),
    "stats": (types("kind", "name", "ts", "txnCount", "capture"), {STATS: True}),
    "stats, lower case": (types("shardname", "ts", "txncount", "opensecondstotal"), {STATS: True}),
    "screens": (types("id", "capture", "name", "ts", "interval"), {STATS: False}),
    "a bank": (types("day", "txn_count"), {}),
    "roll-up": (types("catalog_name", "grain", "ts", "docs_read_by_me"), {STATS: True}),
    "a catalog": (types("catalog_name", "price"), {}),
    "documents": (types("id", "flow_document"), {LOGS: False, STATS: False}),
}


@pytest.mark.parametrize(("columns", "claims"), CLAIMS.values(), ids=list(CLAIMS))
def test_columns_claim_a_collection_together(
    columns: dict[str, str], claims: dict[Collection, bool]
) -> None:
    assert Columns(columns).claims() == claims


@pytest.mark.parametrize(
    "name", ["shard/name", "shard_name", "SHARD_NAME", "shardName", "shard.name", '"shard/name"']
)
def test_a_column_has_one_name_in_every_spelling(name: str) -> None:
    assert plain_name(name) == "shardname"


SPELLED = {
    "Flow's": ("shard/name", "shard/keyBegin", "txnCount", "openSecondsTotal"),
    "BigQuery's": ("shard_name", "shard_keyBegin", "txnCount", "openSecondsTotal"),
    "Redshift's": ("shard/name", "shard/keybegin", "txncount", "opensecondstotal"),
    "Snowflake's": ("shard/name", "shard/keyBegin", "TXNCOUNT", "OPENSECONDSTOTAL"),
    "snake case": ("shard_name", "shard_key_begin", "txn_count", "open_seconds_total"),
}


@pytest.mark.parametrize("names", SPELLED.values(), ids=list(SPELLED))
@pytest.mark.parametrize("suffix", ["parquet", "csv"])
def test_stats_are_read_in_every_spelling(
    names: tuple[str, ...], suffix: str, tmp_path: Path
) -> None:
    values = ["'acmeCo/a'", "'00000000'", "1", "0.5"]
    columns = ", ".join(f'{value} AS "{name}"' for value, name in zip(values, names, strict=True))
    select = f"SELECT {columns}, {TS}, '{{\"acmeCo/c\":{BINDING}}}' AS capture, '' AS materialize"
    if suffix == "csv":
        with duckdb.connect() as connection:
            connection.sql(select).write_csv(str(tmp_path / "x.csv"))
    else:
        parquet(tmp_path / "x.parquet", select)
    done = asked("stats", tmp_path, "acmeCo/a")
    [document] = documents(done)
    assert document["statsSummary"]["writtenByMe"] == {"docsTotal": 2, "bytesTotal": 24}
    assert (done.exit_code, done.stderr) == (0, "")


NESTED = {
    "STRUCT": "{'a': 1, 'b': {'c': 'x'}}",
    "STRUCT with what is not there": "{'a': 1, 'b': {'c': 'x', 'd': NULL}, 'e': NULL}",
    "VARIANT": "{'a': 1, 'b': {'c': 'x'}}::VARIANT",
    "JSON": """'{"a":1,"b":{"c":"x"}}'::JSON""",
    "text": """'{"a":1,"b":{"c":"x"}}'""",
    "bytes": """'{"a":1,"b":{"c":"x"}}'::BLOB""",
    "JSON in a string of JSON": """to_json('{"a":1,"b":{"c":"x"}}'::VARCHAR)""",
    "entries": """[{'key': 'a', 'value': '1'::JSON}, {'key': 'b', 'value': '{"c":"x"}'::JSON}]""",
    "MAP": """MAP {'a': '1'::JSON, 'b': '{"c":"x"}'::JSON}""",
}


@pytest.mark.parametrize("fields", NESTED.values(), ids=list(NESTED))
def test_nested_types_become_json(fields: str, tmp_path: Path) -> None:
    path = parquet(
        tmp_path / "x.parquet", f"SELECT {TS}, {SHARD}, 'info' AS level, {fields} AS fields"
    )
    done = asked("logs", path)
    assert documents(done)[0]["fields"] == {"a": 1, "b": {"c": "x"}}
    assert (done.exit_code, done.stderr) == (0, "")


@pytest.mark.parametrize("names", [list(NESTED), *itertools.pairwise(NESTED)], ids=",".join)
def test_one_files_types_never_change_anothers(names: list[str], tmp_path: Path) -> None:
    for number, name in enumerate(names):
        parquet(
            tmp_path / f"{number}.parquet",
            f"SELECT {TS}, {SHARD}, 'info' AS level, '{name}' AS message, {NESTED[name]} AS fields",
        )
    done = asked("logs", tmp_path)
    fields = [document["fields"] for document in documents(done)]
    assert fields == [{"a": 1, "b": {"c": "x"}}] * len(names)
    assert done.exit_code == 0


def test_maps_of_bindings_are_objects(tmp_path: Path) -> None:
    pair = "{'docsTotal': 2, 'bytesTotal': 24}"
    path = parquet(
        tmp_path / "x.parquet",
        f"SELECT {TS}, {SHARD}, 1 AS txncount, MAP {{'acmeCo/c': {{'out': {pair}}}}} AS capture",
    )
    [document] = documents(asked("stats", path))
    assert document["statsSummary"]["writtenByMe"] == {"docsTotal": 2, "bytesTotal": 24}


LOST = {
    "Python's str": ("{'a': 1, 'b': None}", "fields"),
    "a spreadsheet's quotes": ('{""a"":1}', "fields"),
    "cut": ('{"a":', "fields"),
    "a word": ("object", "fields"),
}
NOTHING = ["", "null", "None", "NaN", "\\N", "{}", "[]"]


def table(path: Path, header: list[str], *rows: list[str]) -> Path:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([header, *rows])
    return text(path, out.getvalue())


@pytest.mark.parametrize(("cell", "column"), LOST.values(), ids=list(LOST))
def test_what_a_cast_loses_is_counted_and_its_file_named(
    cell: str, column: str, tmp_path: Path
) -> None:
    header = ["ts", "level", "message", "fields"]
    row = ["2026-09-01T10:00:00Z", "info", "kept", cell]
    path = table(tmp_path / "x.csv", header, row, row, [*row[:3], '{"a":1}'])
    done = asked("logs", path)
    assert [document["message"] for document in documents(done)] == ["kept"] * 3
    assert f"{path}: 2 rows left out of {column}" in done.stderr
    assert done.exit_code == 3


@pytest.mark.parametrize("number", ["1,234", "many", "inf"])
def test_a_number_that_is_none_is_counted(number: str, tmp_path: Path) -> None:
    header = ["ts", "kind", "name", "txnCount", "openSecondsTotal", "capture"]
    bindings = '{"acmeCo/c":' + BINDING + "}"
    row = ["2026-09-01T10:00:00Z", "capture", "acmeCo/a", number, "0.5", bindings]
    done = asked("stats", table(tmp_path / "x.csv", header, row))
    assert documents(done)[0]["statsSummary"]["writtenByMe"]["docsTotal"] == 2
    assert "1 row left out of txnCount" in done.stderr
    assert done.exit_code == 3


@pytest.mark.parametrize("nothing", NOTHING)
def test_what_says_nothing_loses_nothing(nothing: str, tmp_path: Path) -> None:
    header = ["ts", "level", "message", "fields", "kind", "name"]
    row = ["2026-09-01T10:00:00Z", "info", "kept", nothing, "capture", "acmeCo/a"]
    done = asked("logs", table(tmp_path / "x.csv", header, row))
    assert len(documents(done)) == 1
    assert (done.exit_code, done.stderr) == (0, "")


ODD_CSV: dict[str, tuple[bytes, int]] = {
    "line ends of an old Mac": (b"ts,level,message\r2026-09-01T10:00:00Z,info,a\r", 1),
    "line ends of Windows": (b"ts,level,message\r\n2026-09-01T10:00:00Z,info,a\r\n", 1),
    "a byte order mark": (b"\xef\xbb\xbfts,level,message\n2026-09-01T10:00:00Z,info,a\n", 1),
    "a carriage return in the header": (b"ts,level,mess\rage\n2026-09-01T10:00:00Z,info,a\n", -1),
    "a quoted line end in the header": (
        b'ts,level,message,"a\nb"\n2026-09-01T10:00:00Z,info,a,\n',
        1,
    ),
    "a header cell of 200 kB": (
        b"ts,level,message," + b"x" * 200_000 + b"\n2026-09-01T10:00:00Z,info,a,\n",
        1,
    ),
    "a cell of 200 kB": (
        b"ts,level,message\n2026-09-01T10:00:00Z,info," + b"x" * 200_000 + b"\n",
        1,
    ),
    "a cell of 200 kB and a broken row": (
        b"ts,level,message\nbroken\n2026-09-01T10:00:00Z,info," + b"x" * 200_000 + b"\n",
        -1,
    ),
    "NUL": (b"ts,level,message\n2026-09-01T10:00:00Z,info,a\0b\n", -1),
    "a quote that never closes": (b'ts,level,"message\n2026-09-01T10:00:00Z,info,a\n', 0),
    "a header alone": (b"ts,level,message\n", 0),
    "blank lines": (b"\n\n\n", 0),
    "semicolons": (b"ts;level;message\n2026-09-01T10:00:00Z;info;a\n", 0),
}


@pytest.mark.parametrize(("content", "rows"), ODD_CSV.values(), ids=list(ODD_CSV))
def test_csv_of_any_kind_is_read_or_named(content: bytes, rows: int, tmp_path: Path) -> None:
    path = text(tmp_path / "x.csv", content)
    done = asked("logs", path)
    if rows >= 0:
        assert len(documents(done)) == rows
    assert done.exit_code in (0, 3)
    if done.exit_code == 3:
        assert str(path) in done.stderr


ROWS = {
    "lines": ("x.jsonl", lambda rows: "".join(f"{json.dumps(row)}\n" for row in rows)),
    "an array": ("x.json", json.dumps),
    "an array over lines": ("x.json", lambda rows: json.dumps(rows, indent=2)),
}


@pytest.mark.parametrize(("name", "write"), ROWS.values(), ids=list(ROWS))
@pytest.mark.parametrize("nested", [dict, json.dumps])
def test_rows_of_a_table_as_json_are_documents(
    name: str, write: Callable[[Any], str], nested: Callable[[Any], Any], tmp_path: Path
) -> None:
    rows = [
        {
            "shard_name": "acmeCo/a",
            "TS": f"2026-09-01T10:00:0{n}.123456789Z",
            "LEVEL": "info",
            "MESSAGE": "a\nb",
            "FIELDS": nested({"n": n, "text": "x\ny"}),
        }
        for n in range(3)
    ]
    done = asked("logs", text(tmp_path / name, write(rows)), "acmeCo/a")
    assert [document["fields"]["n"] for document in documents(done)] == [0, 1, 2]
    assert {document["message"] for document in documents(done)} == {"a\nb"}
    assert documents(done)[0]["ts"] == "2026-09-01T10:00:00.123456789Z"
    assert (done.exit_code, done.stderr) == (0, "")


def test_rows_of_the_roll_up_as_json_are_its_documents(tmp_path: Path) -> None:
    row = {"catalog_name": "acmeCo/a", "grain": "daily", "ts": "2026-09-01T00:00:00Z"}
    path = text(tmp_path / "x.json", json.dumps([row | {"docs_written_by_me": 5}]))
    done = run_ops(
        "sql",
        "-q",
        "-d",
        str(path),
        "SELECT docs_written_by_me FROM catalog_stats WHERE grain = 'daily'",
        "-o",
        "json",
    )
    assert documents(done) == [{"docs_written_by_me": 5}]
    assert (done.exit_code, done.stderr) == (0, "")


def test_csv_without_a_header_says_so(tmp_path: Path) -> None:
    path = text(tmp_path / "x.csv", "2026-09-01T10:00:00Z,capture,acmeCo/a,info,started\n" * 2)
    for question in ("logs", "stats"):
        done = asked(question, path)
        assert f"{path}: has no header line" in done.stderr
        assert (done.stdout, done.exit_code) == (b"", 3)


@settings(deadline=None, max_examples=25)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.binary(max_size=60).map(lambda more: b"ts,level,message\n" + more),
        st.text("ts,level\"'\r\n;{}:x", max_size=60).map(str.encode),
    )
)
def test_any_bytes_are_rows_or_a_named_problem(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    for name in ("x.csv", "x.parquet", "x.csv.gz"):
        path = text(folder / name, content)
        assert asked("logs", path).exit_code in (0, 3)
