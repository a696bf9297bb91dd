"""What `ops materialize` leaves behind, whatever happens to it meanwhile."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cli import NOWHERE, run_ops, run_ops_process

QUESTIONS = [
    ("logs", "-o", "json"),
    ("stats", "--names", "all", "--grain", "daily", "--json"),
    ("logs", "-l", "warn", "-o", "json"),
    ("logs", "acmeCo/my/capture", "-o", "json"),
    ("stats", "--by", "binding", "--json"),
    ("lag", "--now", "last", "--json"),
    ("status", "--now", "last", "--json"),
    ("explain", "dunderCo/paper/source-mysql", "--now", "last"),
    ("patterns", "--json"),
    ("sql", "FROM names", "-o", "json"),
    ("sql", "FROM failures", "-o", "json"),
]
BOTH = QUESTIONS[:2]  # all logs, all stats


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo of a day and of what spills into the next."""
    folder = tmp_path_factory.mktemp("demo") / "data"
    assert run_ops("demo", str(folder), "--days", "1").exit_code == 0
    return folder


def answers(data: Path, questions: Sequence[tuple[str, ...]] = QUESTIONS) -> list[bytes]:
    return [run_ops(*question, "-d", str(data), "-q").stdout for question in questions]


@pytest.fixture(scope="module")
def answered(demo: Path) -> list[bytes]:
    """What the files themselves answer."""
    return answers(demo)


def test_every_question_is_answered_alike(
    demo: Path, answered: list[bytes], tmp_path: Path
) -> None:
    done = run_ops("materialize", str(tmp_path / "stored"), "-d", str(demo))
    assert done.exit_code == 0, done.stderr
    assert "documents in" in done.stderr
    assert answers(tmp_path / "stored") == answered
    again = run_ops("materialize", str(tmp_path / "stored"), "-d", str(demo))
    assert "is up to date" in again.stderr


def test_each_committed_document_lies_there_once(demo: Path, tmp_path: Path) -> None:
    run_ops("materialize", str(tmp_path / "stored"), "-d", str(demo))
    for view in ("logs", "stats"):
        counted = run_ops("sql", f"SELECT count(*) AS n FROM {view}", "-o", "json", "-d", str(demo))
        with duckdb.connect() as connection:
            path = str(tmp_path / "stored" / view / "*/*.parquet")
            rows = connection.execute("SELECT count(*) FROM read_parquet(?)", [path]).fetchall()
        assert rows[0][0] == json.loads(counted.stdout)["n"]


def test_a_part_of_the_data_is_kept_and_asked_for_again(demo: Path, tmp_path: Path) -> None:
    asked = ("materialize", str(tmp_path / "stored"), "acmeCo/", "--since", "2026-10-05T12:00Z")
    assert run_ops(*asked, "-d", str(demo)).exit_code == 0
    of_files = run_ops(
        "logs", "acmeCo/", "--since", "2026-10-05T12:00Z", "-o", "json", "-d", str(demo)
    )
    of_store = run_ops("logs", "-o", "json", "-d", str(tmp_path / "stored"))
    assert of_store.stdout == of_files.stdout != b""
    other = run_ops("materialize", str(tmp_path / "stored"), "-d", str(demo))
    assert other.exit_code == 2
    assert "was made for acmeCo/ --since 2026-10-05T12:00Z" in other.stderr


def test_many_runs_are_merged(demo: Path, tmp_path: Path) -> None:
    data, stored = tmp_path / "data", tmp_path / "stored"
    for hour in ("utc_hour=0", "utc_hour=1", "utc_hour=2"):
        for file in demo.rglob("*"):
            place = data / file.relative_to(demo)
            if file.is_file() and hour in str(file) and not place.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(file, place)
        assert run_ops("materialize", str(stored), "-d", str(data), "-q").exit_code == 0
    several = set(stored.rglob("*.parquet"))
    done = run_ops("materialize", str(stored), "-d", str(data), "--compact")
    assert done.exit_code == 0, done.stderr
    merged = set(stored.rglob("*.parquet"))
    assert len(merged) < len(several)
    expected = run_ops("logs", "-q", "-o", "json", "-d", str(data)).stdout
    assert run_ops("logs", "-q", "-o", "json", "-d", str(stored)).stdout == expected
    assert answers(stored, QUESTIONS[1:6]) == answers(data, QUESTIONS[1:6])


def test_what_is_new_is_merged_at_once(tmp_path: Path) -> None:
    data, stored = tmp_path / "data", tmp_path / "stored"
    begin = 0
    for name in ("a", "b", "c"):
        _, begin = fragment(data, begin, [name])
        done = run_ops("materialize", str(stored), "-d", str(data), "--compact")
        assert done.exit_code == 0, done.stderr
    assert len(list(stored.rglob("*.parquet"))) == 1
    assert messages(stored) == ["a", "b", "c"]


JOURNAL = "ops/acmeCo/logs/kind=capture/name=acmeCo%2Fcap/pivot=00/utc_date=2026-10-05/utc_hour=0"


def fragment(data: Path, begin: int, messages: list[str]) -> tuple[Path, int]:
    """Write a closed fragment of a journal; give it and its end."""
    said = {"shard": {"kind": "capture", "name": "acmeCo/cap"}, "ts": "2026-10-05T00:00:00Z"}
    lines = [json.dumps(said | {"level": "info", "message": each}) + "\n" for each in messages]
    content = "".join(lines).encode()
    end = begin + len(content)
    sha1 = hashlib.sha1(content, usedforsecurity=False).hexdigest()
    path = data / f"{JOURNAL}{begin % 7}" / f"{begin:016x}-{end:016x}-{sha1}.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content))
    return path, end


def messages(stored: Path) -> list[str]:
    lines = run_ops("logs", "-o", "json", "-d", str(stored)).stdout.splitlines()
    return [json.loads(line)["message"] for line in lines]


def test_what_is_gone_stays(tmp_path: Path) -> None:
    """Files of logs are deleted once they are materialized; a journal goes on, a file does not."""
    data, stored = tmp_path / "data", tmp_path / "stored"
    first, end = fragment(data, 0, ["a", "b"])
    saved = data / "saved.jsonl"
    saved.write_text('{"ts":"2026-10-05T01:00:00Z","level":"info","message":"saved"}\n')
    assert run_ops("materialize", str(stored), "-d", str(data)).exit_code == 0
    first.unlink()
    saved.unlink()
    fragment(data, end, ["c"])
    assert run_ops("materialize", str(stored), "-d", str(data)).exit_code == 0
    assert messages(stored) == ["a", "b", "c", "saved"]
    assert run_ops("materialize", str(stored), "-d", str(data), "--compact").exit_code == 0
    assert messages(stored) == ["a", "b", "c", "saved"]


def test_what_is_gone_is_not_lost_where_all_would_be_read_anew(tmp_path: Path) -> None:
    data, stored = tmp_path / "data", tmp_path / "stored"
    first, end = fragment(data, 0, ["a"])
    second, _ = fragment(data, end, ["b"])
    assert run_ops("materialize", str(stored), "-d", str(data)).exit_code == 0
    first.unlink()
    second.unlink()
    fragment(data, end, ["b", "c"])  # begins before the end of what was read
    before = {path: path.read_bytes() for path in stored.rglob("*") if path.is_file()}
    done = run_ops("materialize", str(stored), "-d", str(data))
    assert done.exit_code == 3
    assert "files that are gone" in done.stderr
    assert {path: path.read_bytes() for path in stored.rglob("*") if path.is_file()} == before
    assert messages(stored) == ["a", "b"]


def test_counts_of_any_width_are_kept(tmp_path: Path) -> None:
    most = 2**64 - 1
    pair = {"docsTotal": most, "bytesTotal": most}
    document = {
        "shard": {"kind": "capture", "name": "a/b"},
        "ts": "2026-10-05T00:00:00Z",
        "txnCount": 1,
        "capture": {"a/c": {"left": pair, "right": {"docsTotal": 1, "bytesTotal": 2}}},
    }
    data, stored = tmp_path / "data", tmp_path / "stored"
    data.mkdir()
    (data / "a.jsonl").write_text(json.dumps(document) + "\n")
    assert run_ops("materialize", str(stored), "-d", str(data)).exit_code == 0
    for asked in (("--grain", "daily", "--json"), ("--by", "binding", "--json")):
        of_store = run_ops("stats", *asked, "-d", str(stored))
        assert of_store.stdout == run_ops("stats", *asked, "-d", str(data)).stdout != b""


def test_names_of_any_sign_are_kept(tmp_path: Path) -> None:
    name = 'it\'s [a] "name" %2F\x1b[31m/日本 * ?'
    document = {
        "shard": {"kind": "capture", "name": name},
        "ts": "2026-10-05T00:00:00Z",
        "level": "warn",
        "message": "m",
    }
    data = tmp_path / 'it\'s [a] "folder" *?'
    data.mkdir()
    (data / "a.jsonl").write_text(json.dumps(document) + "\n")
    stored = tmp_path / "it's [another] one *?"
    assert run_ops("materialize", str(stored), "-d", str(data)).exit_code == 0
    of_store = run_ops("logs", "-o", "json", "-d", str(stored))
    assert of_store.stdout == run_ops("logs", "-o", "json", "-d", str(data)).stdout
    assert json.loads(of_store.stdout) == document


# --- whatever ends it --------------------------------------------------------------------------


def started(stored: Path, demo: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "flowctl_ops", "materialize", str(stored), "-d", str(demo)],
        stderr=subprocess.PIPE,
        env=os.environ | NOWHERE,
    )


def test_killed_at_any_moment_it_answers_as_before_or_after(demo: Path, tmp_path: Path) -> None:
    """Half of the files, then kills while the other half is added, then a run to the end."""
    rng = random.Random(7)
    data = tmp_path / "data"
    shutil.copytree(demo, data, ignore=lambda _, names: [n for n in names if n.endswith("9.gz")])
    stored = tmp_path / "stored"
    run_ops("materialize", str(stored), "-d", str(data), "-q")
    before = answers(stored, BOTH)
    shutil.copytree(demo, data, dirs_exist_ok=True)
    begun = time.monotonic()
    started(tmp_path / "another", data).communicate()
    length = time.monotonic() - begun
    after = answers(tmp_path / "another", BOTH)
    assert before != after
    for _ in range(20):
        running = started(stored, data)
        time.sleep(rng.uniform(0.2, 1) * length)
        running.kill()
        running.communicate()
        if answers(stored, BOTH) == after:
            shutil.rmtree(stored)
            shutil.copytree(tmp_path / "another", stored)
        else:
            assert answers(stored, BOTH) == before
    started(stored, data).communicate()
    assert answers(stored, BOTH) == after
    named = {part["path"] for part in json.loads((stored / "_manifest.json").read_text())["parts"]}
    there = {str(path.relative_to(stored)) for path in stored.rglob("*.parquet")}
    assert named == there


def test_two_at_once_leave_one(demo: Path, answered: list[bytes], tmp_path: Path) -> None:
    running = [started(tmp_path / "stored", demo) for _ in range(2)]
    told = [each.communicate()[1].decode() for each in running]
    assert [each.returncode for each in running] == [0, 0], told
    assert sorted("is up to date" in each for each in told) == [False, True]
    assert answers(tmp_path / "stored") == answered


def test_a_full_disk_leaves_it_as_it_was(demo: Path, tmp_path: Path) -> None:
    """No file may become longer than 20 kB, as on a disk that is full."""
    stored = tmp_path / "stored"
    run_ops("materialize", str(stored), "acmeCo/my/capture", "-d", str(demo), "-q")
    before = {path: path.read_bytes() for path in stored.rglob("*") if path.is_file()}
    fresh = tmp_path / "fresh"
    done = subprocess.run(
        [sys.executable, "-m", "flowctl_ops", "materialize", str(fresh), "-d", str(demo)],
        capture_output=True,
        check=False,
        env=os.environ | NOWHERE,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
    )
    assert done.returncode == 3
    assert "Traceback" not in done.stderr.decode()
    assert not (fresh / "_manifest.json").exists()
    assert not list(fresh.rglob("*.parquet"))
    assert {path: path.read_bytes() for path in stored.rglob("*") if path.is_file()} == before


# --- what is refused, and what is damaged ------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda root, _: root, "holds something else"),
        (lambda _, demo: demo / "below", "lies in"),
        (lambda _, demo: demo, "lies in"),
        (lambda root, _: root / "a\0b", "is no path"),
        (lambda root, _: root / "file" / "below", "cannot be written"),
    ],
    ids=["of others", "among its files", "its files", "no path", "below a file"],
)
def test_what_is_no_place_is_refused(
    make: object, sentence: str, demo: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("something")
    assert callable(make)
    done = run_ops("materialize", str(make(tmp_path, demo)), "-d", str(demo))
    assert done.exit_code in {2, 3}
    assert sentence in done.stderr
    assert "hint" in done.stderr
    assert (tmp_path / "file").read_text() == "something"


def test_what_is_materialized_is_not_materialized_again(demo: Path, tmp_path: Path) -> None:
    run_ops("materialize", str(tmp_path / "one"), "-d", str(demo), "-q")
    done = run_ops("materialize", str(tmp_path / "two"), "-d", str(tmp_path / "one"))
    assert done.exit_code == 2
    assert "is materialized already" in done.stderr


def test_a_damaged_part_is_named_and_the_rest_answered(demo: Path, tmp_path: Path) -> None:
    stored = tmp_path / "stored"
    run_ops("materialize", str(stored), "-d", str(demo), "-q")
    part = max(stored.glob("logs/date=2026-10-05/[0-9]*.parquet"), key=os.path.getsize)
    part.write_bytes(part.read_bytes()[:-100])
    done = run_ops_process("logs", "-o", "json", "-d", str(stored))
    assert done.exit_code == 3
    assert part.name in done.stderr
    assert done.stdout.count(b"\n") > 1000


@pytest.mark.parametrize("collection", ["logs", "stats", "bindings", "days"])
def test_a_collection_that_is_damaged_ends_no_question(
    collection: str, demo: Path, tmp_path: Path
) -> None:
    stored = tmp_path / "stored"
    run_ops("materialize", str(stored), "-d", str(demo), "-q")
    for part in stored.glob(f"{collection}/*/*.parquet"):
        part.write_bytes(b"PAR1")
    for question in (*QUESTIONS, ("stats", "--grain", "daily")):
        assert run_ops(*question, "-d", str(stored), "-q").exit_code in {0, 3}, question


@pytest.mark.parametrize("manifest", ["", "[]", "{}", '{"version": 99}', '{"version": 1}', "\0"])
def test_a_manifest_that_is_none_is_named(manifest: str, demo: Path, tmp_path: Path) -> None:
    run_ops("materialize", str(tmp_path), "-d", str(demo), "-q")
    (tmp_path / "_manifest.json").write_text(manifest)
    done = run_ops("logs", "-d", str(tmp_path))
    assert done.exit_code == 3
    assert "_manifest.json" in done.stderr
    again = run_ops("materialize", str(tmp_path), "-d", str(demo))
    assert again.exit_code == 3
    assert "_manifest.json cannot be read" in again.stderr


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=3),
    st.just("../../a.parquet"),
    st.just([]),
    st.just({}),
    st.just([1]),
    st.just({"a": 1}),
)


def test_a_manifest_of_any_values_is_read_or_named(tmp_path: Path) -> None:
    """What another hand wrote into the folder is answered or refused, and never a bug."""
    data, stored = tmp_path / "data", tmp_path / "stored"
    assert run_ops("demo", str(data), "--days", "1", "--tasks", "1", "--rate", "1").exit_code == 0
    run_ops("materialize", str(stored), "-d", str(data), "-q")
    manifest = json.loads((stored / "_manifest.json").read_text())
    known = next(stored.glob("_files-*.json"))
    files = json.loads(known.read_text())

    @settings(max_examples=6, deadline=None, derandomize=True, database=None)
    @given(st.data())
    def examples(drawn: st.DataObject) -> None:
        for path, whole in ((stored / "_manifest.json", manifest), (known, files)):
            changed = json.loads(json.dumps(whole))
            inner = changed
            while isinstance(inner, dict | list) and inner:
                keys = list(inner) if isinstance(inner, dict) else list(range(len(inner)))
                key = drawn.draw(st.sampled_from(keys))
                if drawn.draw(st.booleans()) or not isinstance(inner[key], dict | list):
                    inner[key] = drawn.draw(VALUES)
                    break
                inner = inner[key]
            path.write_text(json.dumps(changed))
        for question in (("stats", "--json"), ("logs", "-n", "3"), ("status", "--now", "last")):
            assert run_ops(*question, "-d", str(stored)).exit_code in {0, 3}
        assert run_ops("stats", "-d", str(stored), "-d", str(data)).exit_code in {0, 3}
        again = run_ops("materialize", str(stored), "-d", str(data))
        assert again.exit_code in {0, 2, 3}, again.stderr
        shutil.rmtree(stored)
        run_ops("materialize", str(stored), "-d", str(data), "-q")

    examples()


def test_beside_its_files_nothing_counts_twice(
    demo: Path, answered: list[bytes], tmp_path: Path
) -> None:
    data, stored = tmp_path / "data", tmp_path / "stored"
    shutil.copytree(demo, data, ignore=lambda _, names: [n for n in names if n.endswith("9.gz")])
    run_ops("materialize", str(stored), "-d", str(data), "-q")
    shutil.copytree(demo, data, dirs_exist_ok=True)
    both = [
        run_ops(*question, "-d", str(stored), "-d", str(data), "-q").stdout for question in BOTH
    ]
    assert sorted(both[0].splitlines()) == sorted(answered[0].splitlines())
    assert both[1] == answered[1]


def test_what_could_not_be_read_stays_known(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    good = '{"shard":{"kind":"capture","name":"a/b"},"ts":"2026-10-05T00:00:00Z","level":"info"}\n'
    (data / "a.jsonl").write_text(good + "{]\n" + good)
    done = run_ops("materialize", str(tmp_path / "stored"), "-d", str(data))
    assert done.exit_code == 3
    asked = run_ops("logs", "-o", "json", "-d", str(tmp_path / "stored"))
    assert asked.exit_code == 3
    assert "a.jsonl:2" in asked.stderr
    assert asked.stdout.count(b"\n") == 2
