"""The cache answers as the files do, whatever becomes of either, or leaves it to the files."""

from __future__ import annotations

import gzip
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from flowctl_ops.demo import DemoPlan, write
from tests.cli import NOWHERE, Completed, run_ops
from tests.histories import (
    History,
    log_histories,
    stats_histories,
    write_fragments,
    write_lines,
)
from tests.test_stats_property import EXAMPLES, PICKS
from tests.test_stats_property import PROPERTY as STATS_PROPERTY

PROPERTY = settings(
    STATS_PROPERTY,
    max_examples=int(EXAMPLES or 2),
    phases=[Phase.generate],  # each example is many commands
)
TASK = "acmeCo/my/capture"
QUESTIONS = [
    ("logs", "-o", "json"),
    ("logs", "-l", "warn", "--since", "2024-04-30T22:30:00Z"),
    ("stats", "--grain", "daily", "--json"),
    ("sql", "SELECT * EXCLUDE (position) FROM logs", "-o", "json"),
    ("lag", "--now", "last", "--json"),
    ("status", "--now", "last", "--json"),
]
OF_THE_DEMO = [
    *QUESTIONS,
    ("logs", TASK, "-n", "3"),
    (
        "logs",
        "-g",
        "shard",
        "-C",
        "1",
        "--since",
        "2026-10-05T12:00Z",
        "--until",
        "2026-10-05T18:00Z",
    ),
    ("logs", "--until", "2020-01-01"),
    ("logs", "nobody/knows/it"),
    ("stats", "--names", "all", "--grain", "all", "--json"),
    ("explain", "dunderCo/paper/source-mysql", "--now", "last"),
    ("check", "--max-failures", "0/8h", "--now", "last"),
    ("patterns", "--json"),
    ("sql", "FROM failures", "--json"),
    ("sql", "SELECT path, used, why_not FROM files ORDER BY ALL", "--until", "2026-10-05T12:00Z"),
]
FROM_THE_CACHE = "answered from the cache"


@pytest.fixture(autouse=True)
def everything_is_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flowctl_ops.relations.source.MUCH", 0)


@pytest.fixture
def kept(tmp_path: Path) -> dict[str, str]:
    """The variables of a user who has a cache."""
    return {"OPS_CACHE": "on", "XDG_CACHE_HOME": str(tmp_path / "cache")}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A day of one task."""
    folder = tmp_path_factory.mktemp("demo")
    write(folder, DemoPlan(rate=1, days=1, tasks=1, exports=False))
    return folder


@pytest.fixture
def data(made: Path, tmp_path: Path) -> Path:
    """The same, to be changed."""
    shutil.copytree(made, tmp_path / "data")
    return tmp_path / "data"


def ask(data: Path, env: dict[str, str], *question: str) -> Completed:
    return run_ops(*question, "-d", str(data), env=env)


def assert_alike(
    data: Path, env: dict[str, str], questions: list[tuple[str, ...]] = QUESTIONS
) -> None:
    for question in questions:
        assert ask(data, env, *question) == ask(data, {}, *question), question


def is_from_cache(data: Path, env: dict[str, str]) -> bool:
    return FROM_THE_CACHE in ask(data, env, "logs", "-v").stderr


def stored(env: dict[str, str]) -> list[Path]:
    return [path for path in Path(env["XDG_CACHE_HOME"]).rglob("*") if path.is_file()]


# --- the same answers --------------------------------------------------------------------------


def test_every_question_is_answered_alike(kept: dict[str, str], tmp_path: Path) -> None:
    data = tmp_path / "data"
    write(data, DemoPlan(rate=3, days=1, tasks=9, exports=False))
    newest = max(data.rglob("*.gz"))
    late = newest.read_bytes()
    newest.unlink()
    for question in OF_THE_DEMO:
        of_files, of_cache = ask(data, {}, *question), ask(data, kept, *question, "-v")
        assert of_cache.stdout == of_files.stdout, question
        assert of_cache.exit_code == of_files.exit_code
        assert of_files.stderr in of_cache.stderr or of_cache.exit_code == 0
        assert FROM_THE_CACHE in of_cache.stderr or question[1] in {"--until", "nobody/knows/it"}
    before = {path: path.stat().st_ino for path in stored(kept)}
    newest.write_bytes(late)
    assert_alike(data, kept, QUESTIONS[:3])
    assert is_from_cache(data, kept)
    after = {path: path.stat().st_ino for path in stored(kept)}
    assert len(before.items() & after.items()) > len(before) // 2  # most was left alone


def replace(path: Path, pick: Random) -> None:
    """Pack a file otherwise, or write it once more."""
    content = path.read_bytes()
    if path.suffix == ".gz":
        try:
            content = gzip.compress(gzip.decompress(content), compresslevel=pick.choice([1, 9]))
        except (OSError, EOFError):
            content = b"replaced\n"
    path.unlink()
    path.write_bytes(content)


def cut(path: Path, _pick: Random) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def delete(path: Path, _pick: Random) -> None:
    path.unlink()


def damage(path: Path, pick: Random) -> None:
    content = bytearray(path.read_bytes())
    for _ in range(3 if content else 0):
        content[pick.randrange(len(content))] ^= 1 << pick.randrange(8)
    path.write_bytes(bytes(content))


CHANGES: list[Callable[[Path, Random], None]] = [replace, cut, delete, damage]


def live(arriving: Path, pick: Random) -> None:
    """Let files arrive in any order, then change them; ask something after each step."""
    with tempfile.TemporaryDirectory(prefix="cache-") as name:
        data, env = Path(name, "data"), {"OPS_CACHE": "on", "XDG_CACHE_HOME": f"{name}/cache"}
        files = sorted(path for path in arriving.rglob("*") if path.is_file())
        if pick.random() < 0.5:
            pick.shuffle(files)
        half = len(files) // 2
        for some in (files[:half], files[half:]):
            for file in some:
                place = data / file.relative_to(arriving)
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, place)
            if some:
                assert_alike(data, env, pick.sample(QUESTIONS, 3))
        for change in pick.sample(CHANGES, 2):
            there = sorted(path for path in data.rglob("*") if path.is_file())
            if there:
                change(pick.choice(there), pick)
                assert_alike(data, env, pick.sample(QUESTIONS, 3))
            if pick.random() < 0.5:
                damage(pick.choice(stored(env)), pick)
            else:
                run_ops("cache", "clear", env=env)


def test_histories_are_answered_alike() -> None:
    @PROPERTY
    @given(log_histories(), stats_histories(), PICKS, st.booleans())
    def examples(logs: History, stats: History, pick: Random, in_journals: bool) -> None:  # noqa: FBT001 - drawn
        with tempfile.TemporaryDirectory(prefix="arriving-") as name:
            if in_journals:
                write_fragments(Path(name), logs, pick, "logs")
                write_fragments(Path(name), stats, pick, "stats")
            else:
                write_lines(Path(name), [*logs, *stats], pick)
            live(Path(name), pick)

    examples()


# --- whatever ends it --------------------------------------------------------------------------

MUCH_IS_ASKED = (
    "import flowctl_ops.relations.source as source; source.MUCH = 0\n"
    "from flowctl_ops.__main__ import main; main()"
)


def started(
    data: Path, env: dict[str, str], *question: str, most: int | None = None
) -> subprocess.Popen[bytes]:
    """Start a question in a process of its own; it writes no file longer than `most` bytes."""

    def limit() -> None:
        if most is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    return subprocess.Popen(
        [sys.executable, "-c", MUCH_IS_ASKED, *question, "-d", str(data)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | NOWHERE | env,
        preexec_fn=limit,  # noqa: PLW1509 - a thread of DuckDB holds nothing that it needs
    )


def test_killed_at_any_moment_it_answers_alike(data: Path, kept: dict[str, str]) -> None:
    rng = random.Random(7)
    expected = ask(data, {}, *QUESTIONS[0]).stdout
    begun = time.monotonic()
    assert started(data, kept, *QUESTIONS[0]).communicate()[0] == expected
    length = time.monotonic() - begun
    for _ in range(4):
        shutil.rmtree(kept["XDG_CACHE_HOME"])
        running = [started(data, kept, *QUESTIONS[0]) for _ in range(2)]
        time.sleep(rng.uniform(0.2, 1) * length)
        running[0].kill()
        assert running[1].communicate()[0] == expected
        running[0].communicate()
    assert_alike(data, kept, QUESTIONS[:3])
    assert is_from_cache(data, kept)


def test_of_two_at_once_each_answers(data: Path, kept: dict[str, str]) -> None:
    running = [started(data, kept, "stats", "--json") for _ in range(3)]
    told = [each.communicate() for each in running]
    assert [each.returncode for each in running] == [0, 0, 0], told
    assert told == [(ask(data, {}, "stats", "--json").stdout, b"")] * 3


def test_a_full_disk_is_no_error(kept: dict[str, str], tmp_path: Path) -> None:
    """What is read is copied, where it must be, into files that are shorter than what is kept."""
    data = tmp_path / "data"
    write(data, DemoPlan(rate=3, days=1, tasks=9, exports=False))
    done = started(data, kept, "stats", "--json", most=20_000)
    assert done.communicate() == (ask(data, {}, "stats", "--json").stdout, b"")
    assert done.returncode == 0
    assert not list(Path(kept["XDG_CACHE_HOME"]).rglob("*.parquet"))
    assert "not from the cache: " in ask(data, kept, "logs", "-v").stderr  # for a day
    assert run_ops("cache", "clear", env=kept).exit_code == 0
    assert is_from_cache(data, kept)


# --- what is not trusted -----------------------------------------------------------------------


def opened_to_all(cache: Path, _others: Path) -> None:
    cache.mkdir()
    cache.chmod(0o770)


def linked_elsewhere(cache: Path, others: Path) -> None:
    others.mkdir(mode=0o700)
    cache.symlink_to(others)


def a_file(cache: Path, _others: Path) -> None:
    cache.write_text("something")


@pytest.mark.parametrize("make", [opened_to_all, linked_elsewhere, a_file])
def test_a_folder_that_others_may_have_made_is_left_alone(
    make: Callable[[Path, Path], None], data: Path, kept: dict[str, str], tmp_path: Path
) -> None:
    Path(kept["XDG_CACHE_HOME"]).mkdir()
    make(Path(kept["XDG_CACHE_HOME"], "ops"), tmp_path / "others")
    assert_alike(data, kept, QUESTIONS[:1])
    assert "not from the cache: /" in ask(data, kept, "logs", "-v").stderr
    assert not list(tmp_path.glob("others/*"))
    assert run_ops("cache", "clear", env=kept).exit_code == 0


def test_without_a_home_there_is_none(data: Path) -> None:
    env = {"OPS_CACHE": "on", "XDG_CACHE_HOME": "", "HOME": ""}
    assert_alike(data, env, QUESTIONS[:1])
    assert "there is no home folder" in ask(data, env, "logs", "-v").stderr
    assert "no home folder" in run_ops("cache", env=env).stderr


def test_it_is_private_and_names_nothing(data: Path, kept: dict[str, str]) -> None:
    assert is_from_cache(data, kept)
    root = Path(kept["XDG_CACHE_HOME"], "ops")
    assert {path.stat().st_mode & 0o777 for path in (root, *root.iterdir())} == {0o700}
    assert not [path for path in root.rglob("*") if "acme" in str(path)]


@pytest.mark.parametrize("name", ["state.json", "_manifest.json", "*.parquet"])
def test_what_is_damaged_is_made_anew(name: str, data: Path, kept: dict[str, str]) -> None:
    assert is_from_cache(data, kept)
    for path in Path(kept["XDG_CACHE_HOME"]).rglob(name):
        path.write_bytes(path.read_bytes()[:-9])
    assert_alike(data, kept, QUESTIONS[:2])
    assert is_from_cache(data, kept)


def test_what_cannot_be_read_after_all_is_given_up(data: Path, kept: dict[str, str]) -> None:
    """As it is damaged where nobody sees it: of its size, and its time of change."""
    assert is_from_cache(data, kept)
    for path in Path(kept["XDG_CACHE_HOME"]).rglob("logs/*/*.parquet"):
        status = path.stat()
        with path.open("r+b") as file:
            file.write(b"\0" * status.st_size)
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert_alike(data, kept, QUESTIONS[:1])
    assert is_from_cache(data, kept)


# --- when it is asked --------------------------------------------------------------------------


def test_it_is_off_unless_it_is_turned_on(data: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("cache = true\n")
    env = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    off: list[dict[str, str]] = [{}, {"OPS_CONFIG": str(config), "OPS_CACHE": "off"}]
    assert not any(is_from_cache(data, env | more) for more in off)
    on = env | {"OPS_CONFIG": str(config)}
    for refused in (["--no-cache"], ["--verify"]):
        assert FROM_THE_CACHE not in ask(data, on, "logs", "-v", *refused).stderr
    assert not stored(env)
    assert is_from_cache(data, on)
    refused_value = ask(data, env | {"OPS_CACHE": "maybe"}, "logs")
    assert refused_value.exit_code == 2
    assert "OPS_CACHE is maybe" in refused_value.stderr
    assert "hint: set it to on or off" in refused_value.stderr


@pytest.mark.parametrize(
    "question",
    [
        ("stats", "--uncommitted", "--json"),
        ("doctor", "--json", "--now", "last"),
        ("sql", "SELECT why, count(*) AS n FROM left_out GROUP BY ALL ORDER BY ALL"),
    ],
)
def test_what_it_cannot_answer_is_left_to_the_files(
    question: tuple[str, ...], data: Path, kept: dict[str, str]
) -> None:
    assert is_from_cache(data, kept)
    assert_alike(data, kept, [question])
    assert FROM_THE_CACHE not in ask(data, kept, *question, "-v").stderr


def test_pipes_and_mixtures_and_little_are_read(
    data: Path, kept: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = b'{"shard":{"kind":"capture","name":"a/b"},"ts":"2026-10-05T00:00:00Z","level":"info"}\n'
    piped = run_ops("logs", "-v", "-d", "-", env=kept, stdin=line)
    assert "not from the cache: a pipe is read" in piped.stderr
    run_ops("materialize", str(tmp_path / "stored"), "-d", str(data), "-q")
    assert "materialized already" in ask(tmp_path / "stored", kept, "logs", "-v").stderr
    (data / "a.jsonl").write_bytes(line)
    assert "other files lie beside journals" in ask(data, kept, "logs", "-v").stderr
    monkeypatch.undo()
    assert "there is little to read" in ask(data, kept, "logs", "-v").stderr


def test_files_are_told_as_they_were_typed(
    data: Path, kept: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(data)
    for path in (Path(), data):
        assert_alike(
            path, kept, [("sql", "SELECT DISTINCT file FROM logs ORDER BY file", "--json")]
        )
        assert is_from_cache(path, kept)


def test_much_is_not_read_again_as_often_as_it_changes(
    data: Path, kept: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flowctl_ops.store.cache.MUCH", 0)
    assert is_from_cache(data, kept)
    for path in list(data.rglob("*.gz"))[:2]:
        path.unlink()
        assert_alike(data, kept, QUESTIONS[:1])
        assert "much has changed" in ask(data, kept, "logs", "-v").stderr
    [state] = Path(kept["XDG_CACHE_HOME"]).rglob("state.json")
    os.utime(state, (0, 0))
    assert is_from_cache(data, kept)


# --- how large it is ---------------------------------------------------------------------------


def test_what_was_not_used_for_longest_makes_room(
    data: Path, kept: dict[str, str], tmp_path: Path
) -> None:
    others = [tmp_path / "one", tmp_path / "two"]
    for other in others:
        shutil.copytree(data, other)
    assert is_from_cache(data, kept)
    size = sum(path.stat().st_size for path in stored(kept) if "data" in path.parts)
    config = tmp_path / "config.toml"
    config.write_text(f'cache_size = "{2.5 * size / 1000} kB"\n')
    bounded = kept | {"OPS_CONFIG": str(config)}
    for path in (others[0], data, others[1]):
        assert is_from_cache(path, bounded)
    told = run_ops("cache", "show", "--json", env=bounded).stdout.splitlines()
    rows = [json.loads(line) for line in told]
    assert [row["data"] for row in rows] == [str(others[1]), str(data)]
    assert rows[0]["bytes"] > 0
    config.write_text(f"cache_size = '{size // 2}'\n")
    shutil.rmtree(kept["XDG_CACHE_HOME"])
    for _ in range(2):
        assert "larger than cache_size" in ask(data, bounded, "logs", "-v").stderr
        assert not list(Path(kept["XDG_CACHE_HOME"]).rglob("*.parquet"))


def test_show_and_clear(data: Path, kept: dict[str, str]) -> None:
    assert "nothing is kept in" in run_ops("cache", env=kept).stderr
    assert is_from_cache(data, kept)
    shown = run_ops("cache", "show", env=kept)
    assert str(data) in shown.stdout.decode()
    assert "last used" in shown.stdout.decode()
    cleared = run_ops("cache", "clear", env=kept)
    assert "cleared 1 folder" in cleared.stderr
    assert stored(kept) == []
    assert run_ops("cache", "clear", "-q", env=kept) == Completed(b"", "", 0)


def test_many_small_parts_are_merged(
    data: Path, kept: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrived = tmp_path / "arrived"
    counts: list[int] = []
    for hour in ("utc_hour=00", "utc_hour=06", "utc_hour=12"):
        for file in data.rglob(f"{hour}/*.gz"):
            place = arrived / file.relative_to(data)
            place.parent.mkdir(parents=True)
            shutil.copy(file, place)
        told = ask(arrived, kept, "logs", "-v").stderr
        assert FROM_THE_CACHE in told, told
        counts.append(len(list(Path(kept["XDG_CACHE_HOME"]).rglob("*.parquet"))))
        if len(counts) == 2:
            monkeypatch.setattr("flowctl_ops.store.cache._MANY", 0)
    assert_alike(arrived, kept, QUESTIONS[:3])
    assert counts[1] > counts[2], counts
