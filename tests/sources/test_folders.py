"""What folders say: hive partitions, names encoded twice, tables of lake formats, odd files."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import pytest

from flowctl_ops.sources.journals import Partition, decoded, partition_of
from tests.cli import Completed, run_ops

LOG = b'{"ts":"2026-10-05T10:00:00Z","level":"info","message":"m"}\n'


def asked(*args: str | Path) -> Completed:
    return run_ops("logs", "--json", *map(str, args))


def documents(done: Completed) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def put(path: Path, content: bytes = LOG) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


SAID: dict[str, tuple[str, Partition | None]] = {
    "kind and name": ("kind=capture/name=acmeCo%2Fa", Partition("acmeCo/a", "capture", None)),
    "the other way": ("name=acmeCo%2Fa/kind=capture", Partition("acmeCo/a", "capture", None)),
    "encoded twice": ("kind=capture/name=acmeCo%252Fa", Partition("acmeCo/a", "capture", None)),
    "decoded": ("kind=capture/name=acmeCo/a/b", Partition("acmeCo/a/b", "capture", None)),
    "a date, too": (
        "kind=derivation/name=acmeCo%2Fa/utc_date=2026-10-05/level=warn",
        Partition("acmeCo/a", "derivation", "warn"),
    ),
    "a level": ("level=error", Partition(None, None, "error")),
    "another table's name": ("name=Ann", None),
    "another table's kind": ("kind=dog/name=Ann", None),
    "nothing": ("a/b", None),
}


@pytest.mark.parametrize(("folders", "said"), SAID.values(), ids=list(SAID))
def test_folders_say_what_documents_lack(folders: str, said: Partition | None) -> None:
    assert partition_of(tuple(folders.split("/"))) == said


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("name", ["acmeCo/a", "acmeCo/ä/日本", "acmeCo/a b"])
def test_names_are_decoded_as_often_as_they_were_encoded(name: str, times: int) -> None:
    encoded = name
    for _ in range(times):
        encoded = quote(encoded, safe="")
    assert decoded(encoded) == name


@pytest.mark.parametrize("file_format", ["parquet", "csv", "json"])
@pytest.mark.parametrize("keys", ["kind, name", "name, kind"])
def test_hive_folders_name_the_task(keys: str, file_format: str, tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(
            "COPY (SELECT '2026-10-05T10:00:00Z' AS ts, 'info' AS level, 'm' AS message, "
            "'{}'::JSON AS fields, 'capture' AS kind, 'acmeCo/' || n AS name FROM range(3) r(n)) "
            f"TO '{tmp_path / 'out'}' (FORMAT {file_format}, PARTITION_BY ({keys}))"
        )
    done = asked("acmeCo/1", "-d", tmp_path / "out")
    assert [document["message"] for document in documents(done)] == ["m"]
    assert (done.exit_code, done.stderr) == (0, "")


@pytest.mark.parametrize("file_format", ["parquet", "csv"])
def test_a_hive_folder_names_the_level(file_format: str, tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "COPY (SELECT '2026-10-05T10:00:00Z' AS ts, 'm' AS message, 'acmeCo/a' AS "
            "\"shard/name\", level FROM (VALUES ('error'), ('info')) t(level)) "
            f"TO '{tmp_path / 'out'}' (FORMAT {file_format}, PARTITION_BY (level))"
        )
    [document] = documents(asked("-d", tmp_path / "out", "--level", "error"))
    assert document["level"] == "error"


@pytest.mark.parametrize("times", [1, 2])
def test_a_copy_with_encoded_folders_is_the_same_journal(times: int, tmp_path: Path) -> None:
    fragment = f"{0:016x}-{len(LOG):016x}-{'0' * 40}.raw"
    folders = ["ops/acmeCo/logs", "kind=capture", "name=acmeCo%2Fa", "pivot=00"]
    for _ in range(times - 1):
        folders = [quote(folder, safe="/=") for folder in folders]
    encoded = [folders[0], *(quote(folder, safe="") for folder in folders[1:])]
    put(tmp_path / "copy" / "/".join(encoded) / fragment)
    put(tmp_path / "other" / "/".join(folders) / fragment)
    done = asked("acmeCo/a", "-d", tmp_path)
    assert len(documents(done)) == 1


TABLES = {
    "Iceberg": ("metadata/00001-x.metadata.json", "data/x.jsonl", "iceberg_scan"),
    "Iceberg, version hint": ("metadata/version-hint.text", "data/a/x.jsonl", "iceberg_scan"),
    "Delta": ("_delta_log/00000000000000000000.json", "x.jsonl", "delta_scan"),
}


@pytest.mark.parametrize(("mark", "data", "scan"), TABLES.values(), ids=list(TABLES))
@pytest.mark.parametrize("below", ["", "data"])
def test_a_table_is_named_with_how_to_read_it(
    mark: str, data: str, scan: str, below: str, tmp_path: Path
) -> None:
    put(tmp_path / "table" / mark, b"{}")
    put(tmp_path / "table" / data)
    put(tmp_path / "beside.jsonl")
    folder = tmp_path / "table" / (below if data.startswith("data") else "")
    done = asked("-d", folder, "-d", tmp_path / "beside.jsonl")
    assert len(documents(done)) == 1
    assert f"{folder}: is a" in done.stderr
    assert scan in done.stderr
    assert done.exit_code == 3
    assert len(documents(asked("-d", tmp_path))) == 1


def test_a_folder_called_metadata_alone_is_no_table(tmp_path: Path) -> None:
    put(tmp_path / "metadata/notes.jsonl")
    assert len(documents(asked("-d", tmp_path))) == 1


@pytest.mark.parametrize("options", [(), ("--verify",)])
@pytest.mark.parametrize("name", ["pipe", "pipe.jsonl", "pipe.csv", "pipe.parquet"])
def test_a_pipe_below_a_folder_is_passed_over(
    name: str, options: tuple[str, ...], tmp_path: Path
) -> None:
    put(tmp_path / "x.jsonl")
    os.mkfifo(tmp_path / name)
    done = asked("-d", tmp_path, *options)
    assert (len(documents(done)), done.exit_code) == (1, 0)


def test_a_broken_link_is_named_and_the_rest_answered(tmp_path: Path) -> None:
    put(tmp_path / "x.jsonl")
    (tmp_path / "broken.jsonl").symlink_to("nowhere")
    (tmp_path / "loop").symlink_to("loop")
    done = asked("-d", tmp_path)
    assert (len(documents(done)), done.exit_code) == (1, 3)
    assert "broken.jsonl: cannot be read" in done.stderr


ODD = [
    b"bad\xff.jsonl",
    b"q'u\"o[t]e*?.jsonl",
    b"new\nline.jsonl",
    b"\xe6\x97\xa5.jsonl",
    b" .jsonl",
]


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("question", ["logs", "stats", "lag"])
def test_any_name_of_a_file_is_read(name: bytes, question: str, tmp_path: Path) -> None:
    put(Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), name))))
    done = run_ops(question, "-d", str(tmp_path), "--json")
    assert done.exit_code == 0
    assert len(documents(done)) == (0 if question == "lag" else 1) or question == "stats"
