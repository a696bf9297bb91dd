"""`ops logs --follow` on real files, pipes and signals: what it prints, and how it ends."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import pytest

from flowctl_ops import engine
from flowctl_ops.engine import Engine
from flowctl_ops.filters import LogFilter, NameFilter, Window
from flowctl_ops.queries import logs as query
from flowctl_ops.relations import Data, Logs, Source
from flowctl_ops.relations.follow import Follow
from tests.cli import NOWHERE, UNSET, run_ops
from tests.documents import Document, log, save

PATIENCE = 60  # seconds until what should happen is given up
OPS = (sys.executable, "-m", "flowctl_ops")


def line(message: str, level: str = "info", **more: str) -> str:
    return json.dumps(log(0, level, message, **more)) + "\n"


def append(path: Path, *texts: str) -> None:
    with path.open("a") as stream:
        stream.write("".join(texts))


class Following:
    """A command that goes on, its lines as they come."""

    def __init__(self, *args: str, temporary: Path, stdin: int | None = None) -> None:
        kept = {name: value for name, value in os.environ.items() if name not in UNSET}
        temporary.mkdir(exist_ok=True)
        self.temporary = temporary
        self.process = subprocess.Popen(
            [*OPS, *args],
            stdin=subprocess.PIPE if stdin is None else stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=kept | NOWHERE | {"TMPDIR": str(temporary)},
        )
        self.lines: list[str] = []
        self.errors: list[str] = []
        self._readers = [
            threading.Thread(target=self._read, args=pair, daemon=True)
            for pair in (
                (self.process.stdout, self.lines),
                (self.process.stderr, self.errors),
            )
        ]
        for reader in self._readers:
            reader.start()

    @staticmethod
    def _read(stream: Iterator[str], into: list[str]) -> None:
        for text in stream:
            into.append(text)  # noqa: PERF402 - one by one, as they come

    def messages(self) -> list[str]:
        """The last word of every line."""
        return [text.split()[-1] for text in list(self.lines)]

    def until(self, *messages: str) -> None:
        """Wait until these, and no others, were printed."""
        deadline = time.monotonic() + PATIENCE
        while len(self.lines) < len(messages) and time.monotonic() < deadline:
            assert self.process.poll() is None or self._ended(), self.errors
            time.sleep(0.02)
        assert self.messages() == list(messages)

    def _ended(self) -> bool:
        for reader in self._readers:
            reader.join(PATIENCE)
        return True

    def until_said(self, text: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not any(text in said for said in list(self.errors)):
            assert time.monotonic() < deadline, self.errors
            time.sleep(0.02)

    def write(self, text: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(text)
        self.process.stdin.flush()

    def end(self, number: signal.Signals | None = signal.SIGINT) -> int:
        """End it with a signal, or the end of its input; give its exit code."""
        if number is None:
            assert self.process.stdin is not None
            self.process.stdin.close()
        else:
            self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        self._ended()
        return code

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.kill()
        self.process.wait()
        for reader in self._readers:
            reader.join(PATIENCE)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


def following(data: Path, *args: str) -> Following:
    return Following("logs", "--data", str(data), "-f", *args, temporary=data.parent / "tmp")


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_ends_it_quietly_and_nothing_is_left(
    data: Path, number: signal.Signals, code: int
) -> None:
    append(data / "x.jsonl", line("a"), line("b"))
    with following(data) as ops:
        ops.until("a", "b")
        append(data / "x.jsonl", line("c"))
        ops.until("a", "b", "c")
        assert ops.end(number) == code
        assert [said.split(" in ")[0] for said in ops.errors] == ["ops: 3 lines"]
        assert list(ops.temporary.iterdir()) == []


def test_what_is_appended_comes_once_and_whole(data: Path) -> None:
    append(data / "x.jsonl", line("a"), line("b"), line("c"))
    with following(data, "-n", "1") as ops:
        ops.until("c")
        append(data / "x.jsonl", line("d")[:30])
        append(data / "y.jsonl", line("e"))
        ops.until("c", "e")
        append(data / "x.jsonl", line("d")[30:], line("f"))
        ops.until("c", "e", "d", "f")


def test_only_the_new_where_none_of_the_old_is_asked_for(data: Path) -> None:
    append(data / "x.jsonl", line("a"))
    append(data / "old.jsonl", line("b"))
    os.utime(data / "old.jsonl", (1_700_000_000, 1_700_000_000))
    with following(data, "-n", "0", "--until-match", "last") as ops:
        deadline = time.monotonic() + PATIENCE
        while not ops.lines and time.monotonic() < deadline:  # until it has begun to follow
            append(data / "x.jsonl", line("new"))
            time.sleep(0.1)
        append(data / "old.jsonl", line("last"))
        assert ops.process.wait(PATIENCE) == 0
        ops.end()
        assert set(ops.messages()) == {"new", "last"}
        assert ops.messages()[-1] == "last"


def test_files_that_are_rotated_and_cut_off(data: Path) -> None:
    path = data / "app.log"
    append(path, line("a"))
    with following(data) as ops:
        ops.until("a")
        path.rename(data / "app.log.1")
        append(data / "app.log.1", line("b"))
        append(path, line("c"))
        ops.until("a", "b", "c")
        shutil.copy(path, data / "app.log.2")
        path.write_text("")
        append(path, line("d"))
        ops.until("a", "b", "c", "d")


def test_a_file_by_name_is_read_to_its_end_when_it_is_rotated_away(data: Path) -> None:
    path = data / "app.log"
    append(path, line("a"))
    with following(path) as ops:
        ops.until("a")
        path.rename(data / "elsewhere")
        append(data / "elsewhere", line("b"))
        append(path, line("c"))
        ops.until("a", "b", "c")


def test_a_folder_that_holds_nothing_yet(data: Path) -> None:
    with following(data, "acmeCo/source") as ops:
        ops.until_said("no task in the data is called acmeCo/source so far")
        below = data / "new" / "folders"
        below.mkdir(parents=True)
        append(below / "x.jsonl", line("a"), line("other", task="acmeCo/other"))
        ops.until("a")
        shutil.rmtree(data / "new")
        below.mkdir(parents=True)
        append(below / "x.jsonl", line("b"))
        ops.until("a", "b")


@pytest.mark.parametrize("suffix", ["jsonl.gz", "parquet", "csv"])
def test_files_that_are_written_slowly_are_read_once_they_are_whole(
    data: Path, suffix: str
) -> None:
    whole = data.parent / f"whole.{suffix}"
    document = log(0, "warn", "a")
    if suffix == "parquet":
        with duckdb.connect() as connection:
            columns = "'2026-10-12T12:00:00Z' AS ts, 'warn' AS level, 'a' AS message"
            connection.sql(f"SELECT {columns}").write_parquet(str(whole))
    elif suffix == "csv":
        whole.write_text('ts,level,message\n2026-10-12T12:00:00Z,warn,"with\na"\n')
    else:
        whole.write_bytes(gzip.compress(json.dumps(document).encode() + b"\n"))
    with following(data) as ops:
        content = whole.read_bytes()
        with (data / f"x.{suffix}").open("wb", buffering=0) as stream:
            stream.write(content[:-20])
            append(data / "y.jsonl", line("b"))
            ops.until("b")
            stream.write(content[-20:])
        ops.until("b", *(["with"] if suffix == "csv" else []), "a")
        assert ops.end() == 130
        assert len(ops.errors) == 1, ops.errors


def test_the_open_file_of_a_publisher_and_what_it_is_closed_into(data: Path) -> None:
    with (
        following(data) as ops,
        subprocess.Popen(
            [*OPS, "publish", "--task", "acmeCo/a", "--kind", "capture", "-q", "--data", str(data)],
            stdin=subprocess.PIPE,
            text=True,
            env=os.environ | NOWHERE,
        ) as publisher,
    ):
        assert publisher.stdin is not None
        for number, word in enumerate(words := ["a", "b", "c"]):
            publisher.stdin.write(json.dumps({"level": "info", "message": word}) + "\n")
            publisher.stdin.flush()
            ops.until(*words[: number + 1])
        publisher.stdin.close()
        publisher.wait(PATIENCE)
        opened = next(data.rglob("*.raw"))
        text = opened.read_bytes()
        name = f"{0:016x}-{len(text):016x}-{'0' * 40}.gz"
        (opened.parent / name).write_bytes(gzip.compress(text))
        append(data / "x.jsonl", line("last"))
        ops.until(*words, "last")


def test_a_pipe_is_read_while_it_is_open(data: Path) -> None:
    args = ("logs", "--data", "-", "-f", "--level", "warn")
    with Following(*args, temporary=data.parent / "tmp") as ops:
        ops.write(line("a", "warn") + line("hidden") + line("b", "error")[:40])
        ops.until("a")
        ops.write(line("b", "error")[40:])
        ops.until("a", "b")
        ops.write("no JSON\n" + line("c", "warn").rstrip())
        ops.until("a", "b", "c")
        ops.until_said("stdin:4: is no JSON: no JSON")
        assert ops.end(None) == 3


def laid_out(document: Document) -> bytes:
    return json.dumps(document, indent=2).encode()


TWO = line("a") + line("b")
PIPED = {
    "over several lines": laid_out(log(0, message="a")) + laid_out(log(0, message="b")),
    "an array": json.dumps([log(0, message="a"), log(0, message="b")]).encode(),
    "behind a prefix": f"app-1 | {line('a')}app-1 | {line('b')}".encode(),
    "UTF-16": TWO.encode("utf-16"),
    "compressed": gzip.compress(TWO.encode()),
    "no last line end": TWO.rstrip().encode(),
}


@pytest.mark.parametrize("name", PIPED)
def test_what_a_pipe_may_hold(name: str, tmp_path: Path) -> None:
    """It is what `ops logs` without --follow reads of it, cut anywhere."""
    content = PIPED[name]
    usual = run_ops("logs", "--data", "-", "-o", "json", stdin=content)
    read, write = os.pipe()
    args = ("logs", "--data", "-", "-f", "-o", "json")
    with Following(*args, temporary=tmp_path / "tmp", stdin=read) as ops:
        os.close(read)
        for place in range(0, len(content), 50):
            os.write(write, content[place : place + 50])
            time.sleep(0.01)
        os.close(write)
        assert ops.process.wait(PATIENCE) == 0
        ops.until(*(text.split()[-1] for text in usual.stdout.decode().splitlines()))
        assert "".join(ops.lines).encode() == usual.stdout


def test_it_ends_for_scripts(data: Path) -> None:
    save(data / "x.jsonl", [log(3, message="a"), log(2, message="b"), log(1, message="c")])
    asked = ("logs", "-d", str(data), "-f", "-o", "json")
    found = run_ops(*asked, "--until-match", "^b$", "--exit-code")
    assert (found.stdout.count(b"\n"), found.exit_code) == (2, 0)
    missed = run_ops(*asked, "--until-match", "^d$", "--exit-code", "--exit-after", "10ms", "-q")
    assert (missed.stdout.count(b"\n"), missed.exit_code, missed.stderr) == (3, 1, "")
    nothing = run_ops(*asked, "-l", "error", "--exit-after", "10ms", "--exit-code")
    assert (nothing.stdout, nothing.exit_code) == (b"", 1)
    assert run_ops(*asked, "-l", "error", "--exit-after", "10ms").exit_code == 0


@pytest.mark.parametrize("output", ["text", "json", "csv", "markdown"])
@pytest.mark.parametrize("options", [[], ["-l", "warn"], ["-w", "k=v"], ["--since", "2026-10-01"]])
def test_it_begins_with_what_is_answered_without_it(
    data: Path, output: str, options: list[str]
) -> None:
    documents = [
        log(n, ("info", "warn")[n % 2], f"m{n}", k="v" if n % 3 else "w") for n in range(9)
    ]
    save(data / "x.jsonl", documents)
    asked = ("logs", "acmeCo/source", "-d", str(data), "-o", output, *options)
    followed = run_ops(*asked, "-f", "--exit-after", "1ms")
    assert followed.stdout == run_ops(*asked).stdout
    assert followed.exit_code == 0


def test_a_header_stands_once_and_before_the_first_row(data: Path) -> None:
    with following(data, "-o", "csv") as ops:
        ops.until("ts,level,kind,task,message,fields")
        append(data / "x.jsonl", line("a"))
        append(data / "y.jsonl", line("b"))
        while len(ops.lines) < 3:
            time.sleep(0.02)
        assert [text.split(",")[4] for text in ops.lines] == ["message", "a", "b"]


def test_a_reader_that_has_enough_ends_it(data: Path) -> None:
    append(data / "x.jsonl", line("a"), line("b"))
    done = subprocess.run(
        ["/bin/sh", "-c", f'"$@" logs -f -d {data} | head -1', "sh", *OPS],
        capture_output=True,
        check=False,
        text=True,
        timeout=PATIENCE,
        env=os.environ | NOWHERE,
    )
    assert done.stdout.endswith(" a\n")
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        (["-f", "-r"], "leave out one of them"),
        (["-f", "-C", "2"], "leave out -A, -B and -C"),
        (["-f", "--print-sql"], "leave out --follow"),
        (["--exit-after", "5m"], "add --follow"),
        (["--until-match", "x"], "add --follow"),
        (["-f", "--exit-after", "soon"], "write 90s"),
        (["-f", "--until-match", "("], "escape signs"),
    ],
)
def test_what_cannot_be_is_refused(data: Path, options: list[str], hint: str) -> None:
    append(data / "x.jsonl", line("a"))
    done = run_ops("logs", "-d", str(data), *options)
    assert (done.stdout, done.exit_code) == (b"", 2)
    assert hint in done.stderr


def answered(opened: Engine, source: Source) -> list[str]:
    """Read a source as --follow does, and give the messages of its logs."""
    source.load(Logs(LogFilter(), follows=True), window=Window())
    answer = query.answer(opened, LogFilter(), documents=False)
    return [message for (*_, message, _) in answer.rows()]


def test_what_is_written_while_the_first_answer_is_read_comes_once(data: Path) -> None:
    """Nothing tells how far the engine read a file that grew meanwhile: it is read once more."""
    path = data / "x.jsonl"
    append(path, line("a"))
    os.utime(path, (1_700_000_000, 1_700_000_000))
    with engine.opened() as opened:
        follow = Follow(opened, Data((str(data),)), NameFilter())
        source = follow.first()
        append(path, line("b"))
        answered(opened, source)
        assert follow.has_moved(source)
        source = follow.first()
        append(path, line("c"))
        assert answered(opened, source) == ["a", "b"]
        assert not follow.has_moved(source)
        follow.settle(source)
        arrival = follow.arrival()
        assert arrival is not None
        assert answered(opened, arrival) == ["c"]
        follow.close()


def test_what_is_remembered_is_bounded(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flowctl_ops.relations.follow._MOST_REMEMBERED", 4)
    uuid = "{:08x}-e889-11f1-8000-8ff49c67b825"
    documents = [
        json.dumps({"_meta": {"uuid": uuid.format(n)}} | log(0, message=str(n))) + "\n"
        for n in range(7)
    ]
    with engine.opened() as opened:
        follow = Follow(opened, Data((str(data),)), NameFilter())
        source = follow.first()
        assert answered(opened, source) == []
        follow.settle(source)
        found = []
        for number, place in enumerate((0, 0, 1, 2, 1, 3, 4, 5, 6, 0)):
            append(data / f"{number}.jsonl", documents[place])
            arrival = follow.arrival()
            assert arrival is not None
            found += answered(opened, arrival)
            follow.settle(arrival)
        assert found == ["0", "1", "2", "3", "4", "5", "6", "0"]
        follow.close()


def test_a_full_disk_is_no_silence(data: Path) -> None:
    """What is written while it is read wants room of its own."""
    append(data / "x.jsonl", *(line(f"m{number}") for number in range(1000)))
    done = subprocess.run(
        ["/bin/sh", "-c", 'ulimit -f 8; "$@"', "sh", *OPS, "logs", "-f", "-d", str(data)],
        capture_output=True,
        check=False,
        text=True,
        timeout=PATIENCE,
        env=os.environ | NOWHERE,
    )
    assert done.returncode == 3
    assert "file too large" in done.stderr
    assert "Traceback" not in done.stderr


def test_hostile_names_are_followed_and_shown_as_codes(data: Path) -> None:
    with following(data) as ops:
        folder = data / "new\nline*[x]"
        folder.mkdir()
        append(folder / "\x1b[31m?.jsonl", line("a"), "no JSON\n")
        ops.until("a")
        ops.until_said("is no JSON")
        append(folder / "\x1b[31m?.jsonl", line("b"))
        ops.until("a", "b")
        assert "\x1b" not in "".join(ops.errors)
