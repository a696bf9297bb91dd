"""Whatever happens to files while they are followed: every line that was ended is given once.

The oracle is a list: what was written, in whichever file, and ended. Lines that are cut off before
anyone looked are gone, so that looking comes before cutting off.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flowctl_ops import engine
from flowctl_ops.filters import LogFilter, NameFilter
from flowctl_ops.queries import logs as query
from flowctl_ops.relations import Data, Logs
from flowctl_ops.relations.follow import Follow

EXAMPLES = os.environ.get("OPS_EXAMPLES")
JOURNAL = "ops/acmeCo/logs/kind=capture/name=acmeCo%2Fa/pivot=00"
HOUR = "utc_date=2026-11-25/utc_hour=04"
OPEN = "{:016x}-7fffffffffffffff-" + "0" * 40 + ".raw"
SHARD = '"shard":{"kind":"capture","name":"acmeCo/a"}'
LONG_AGO = 1_700_000_000


class Writer:
    """A file that lines are appended to; the last one may lack its end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.text = b""
        self.begun = b""

    def write(self, text: bytes) -> None:
        with self.path.open("ab") as stream:
            stream.write(text)
        self.text += text


class World:
    """Files, what becomes of them, and what a follower must have given."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.number = 0
        self.written: list[int] = []
        self.given: list[int] = []
        self.plain = Writer(root / "app.log")
        self.rotated: list[Writer] = []
        self.begin = 0
        self.closed: list[Path] = []
        self.journal = root / "copy-a" / JOURNAL
        self.journal.mkdir(parents=True)
        self.open = Writer(self.journal / OPEN.format(0))
        self.with_uuid: list[bytes] = []
        self.look: Callable[[], None] = lambda: None

    def line(self, *, uuid: bool = False) -> bytes:
        self.number += 1
        self.written.append(self.number)
        meta = f'"_meta":{{"uuid":"{self.number:08x}-e889-11f1-8000-8ff49c67b825"}},'
        ts = f"2026-11-25T04:37:{self.number % 60:02d}Z"
        rest = f'"ts":"{ts}","level":"info","message":"{self.number}"'
        text = f"{{{meta if uuid else ''}{SHARD},{rest}}}\n".encode()
        if uuid:
            self.with_uuid.append(text)
        return text

    def lines(self, count: int, *, uuid: bool = False) -> bytes:
        return b"".join(self.line(uuid=uuid) for _ in range(count))

    # ── What may happen ─────────────────────────────────────────────────────────────────────────

    def append(self, count: int) -> None:
        self.finish(count)
        self.plain.write(self.lines(count))

    def start(self, count: int) -> None:
        """Write the beginning of a line, whose end comes some time."""
        self.finish(count)
        line = self.line()
        self.plain.write(line[: 5 * count])
        self.plain.begun = line[5 * count :]

    def finish(self, _count: int) -> None:
        self.plain.write(self.plain.begun)
        self.plain.begun = b""

    def end_late(self, _count: int) -> None:
        """Leave out the line end of a document that is whole."""
        self.finish(0)
        self.plain.write(self.line()[:-1])
        self.plain.begun = b"\n"

    def cut_off(self, count: int) -> None:
        self.finish(0)
        self.look()
        self.plain.path.write_bytes(b"")
        self.plain.text = b""
        if count % 2:
            self.append(count)

    def rotate(self, count: int) -> None:
        self.finish(0)
        for place in reversed(range(len(self.rotated))):
            self.rotated[place].path.rename(self.root / f"app.log.{place + 2}")
            self.rotated[place].path = self.root / f"app.log.{place + 2}"
        old, self.plain = self.plain, Writer(self.plain.path)
        if old.path.exists():
            old.path.rename(self.root / "app.log.1")
            old.path = self.root / "app.log.1"
            self.rotated.insert(0, old)
        if count % 2 and self.rotated:
            self.rotated[0].write(self.lines(1))  # whoever has it open writes on
        if count > 2:
            self.append(1)

    def copy_and_cut_off(self, count: int) -> None:
        self.finish(0)
        self.look()
        if self.plain.text:
            shutil.copy(self.plain.path, self.root / f"app.log-2026{self.number:04d}")
        self.cut_off(count)

    def compress(self, _count: int) -> None:
        """Compress the oldest of the rotated files, and remove it."""
        self.look()
        if self.rotated:
            path = self.rotated.pop().path
            packed = self.root / f"app.log-{self.number:04d}.gz"
            packed.write_bytes(gzip.compress(path.read_bytes()))
            path.unlink()

    def publish(self, count: int) -> None:
        self.open.write(self.lines(count, uuid=True))

    def close(self, count: int) -> None:
        """Close the open fragment: its bytes are compressed under another name."""
        text = self.open.text
        if not text:
            return
        self.put_fragment(text, slow=count % 2 == 0)
        old, self.open = self.open, Writer(self.journal / OPEN.format(self.begin))
        if count > 1:
            old.path.unlink()

    def put_fragment(self, text: bytes, *, slow: bool) -> None:
        end = self.begin + len(text)
        digest = hashlib.sha1(text).hexdigest()
        path = self.journal / HOUR / f"{self.begin:016x}-{end:016x}-{digest}.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        packed = gzip.compress(text)
        if slow:
            path.write_bytes(packed[: len(packed) // 2])
            self.look()
        path.write_bytes(packed)
        self.begin = end
        self.closed.append(path)

    def fragment(self, count: int) -> None:
        """Let a fragment of another broker come, at the journal's end."""
        self.close(2)
        self.put_fragment(self.lines(count, uuid=True), slow=count % 2 == 0)
        self.open.path.unlink(missing_ok=True)
        self.open = Writer(self.journal / OPEN.format(self.begin))

    def copy_journal(self, _count: int) -> None:
        for path in self.closed:
            target = self.root / "copy-b" / path.relative_to(self.root / "copy-a")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)

    def copy_documents(self, count: int) -> None:
        """Save some of a journal's documents, with their UUIDs, into a file of no journal."""
        with (self.root / "saved.jsonl").open("ab") as stream:
            stream.write(b"".join(self.with_uuid[-count:]))

    def give_up(self, count: int) -> None:
        """Begin to write a compressed file, and remove it."""
        path = self.root / f"half-{count}.jsonl.gz"
        path.write_bytes(gzip.compress(self.plain.text or b"x")[:-count])
        self.look()
        path.unlink()

    def wait(self, _count: int) -> None:
        self.look()


HAPPENINGS = (
    *("append", "start", "finish", "end_late", "cut_off", "rotate", "copy_and_cut_off"),
    *(
        "compress",
        "publish",
        "close",
        "fragment",
        "copy_journal",
        "copy_documents",
        "give_up",
        "wait",
    ),
)
HAPPENING = st.tuples(st.sampled_from(HAPPENINGS), st.integers(1, 4))
BEFORE = HAPPENING.filter(lambda happening: happening[0] != "cut_off")  # which would lose lines


@settings(
    max_examples=int(EXAMPLES or 15),
    derandomize=EXAMPLES is None,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    before=st.lists(BEFORE, max_size=6),
    after=st.lists(HAPPENING, max_size=12),
    settled=st.booleans(),
    tail=st.sampled_from([None, 0, 3]),
)
def test_every_line_is_given_once(
    before: list[tuple[str, int]],
    after: list[tuple[str, int]],
    tail: int | None,
    *,
    settled: bool,
) -> None:
    with TemporaryDirectory() as folder, engine.opened() as opened:
        world = World(Path(folder))
        for name, count in before:
            getattr(world, name)(count)
        world.finish(0)
        there = list(world.written)
        for path in world.root.rglob("*") if settled else ():
            os.utime(path, (LONG_AGO, LONG_AGO))
        follow = Follow(opened, Data((folder,)), NameFilter())
        world.given = read(opened, follow, tail)
        shown = len(world.given)
        assert shown == (len(there) if tail is None else min(tail, len(there)))

        def look() -> None:
            world.given += read(opened, follow, None, first=False)

        world.look = look
        for name, count in after:
            getattr(world, name)(count)
        world.finish(0)
        look()
        look()
        follow.close()
        assert Counter([*there, *world.given[shown:]]) == Counter(world.written), after


def read(
    opened: engine.Engine, follow: Follow, tail: int | None, *, first: bool = True
) -> list[int]:
    """Give the messages of the first answer, or of what has come since."""
    asked = LogFilter(tail=tail)
    source = follow.first() if first else follow.arrival()
    if source is None:
        return []
    source.load(Logs(asked, follows=True), window=asked.window)
    rows = [row for batch in query.answer(opened, asked, documents=True).batches for row in batch]
    assert follow.settle(source) == []
    return [int(json.loads(doc)["message"]) for (doc,) in rows]
