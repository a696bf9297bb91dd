"""A task's part of an ops collection, to publish to: its logs or its stats."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from flowctl_ops.publish.documents import Sealer
from flowctl_ops.publish.journals import Journal, Limits
from flowctl_ops.publish.places import journal_folder
from flowctl_ops.publish.stats import Stats
from flowctl_ops.publish.uuids import CONTINUE_TXN, OUTSIDE_TXN
from flowctl_ops.publish.values import Log, Shard
from flowctl_ops.vocabulary import Collection, Level, TaskKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

    from flowctl_ops.publish.decode import Line
    from flowctl_ops.publish.journals import Fsync


RANKS = {level.value: level.rank for level in Level}
_ALL = max(RANKS.values())


def at_or_worse(lines: list[Line], most: int) -> list[Line]:
    """Give those of some decoded logs that are of this rank or worse."""
    return lines if most == _ALL else [line for line in lines if RANKS[line.level] <= most]


class Publisher:
    """Publishes documents of one shard to its journal below a data folder.

    Raises:
        OSError: if the journal cannot be made or written.
    """

    documents: Collection

    def __init__(
        self,
        data: str | os.PathLike[str],
        shard: Shard,
        *,
        fsync: Fsync = "never",
        limits: Limits | None = None,
    ) -> None:
        self.shard = shard
        folder = journal_folder(
            Path(data).absolute(), shard.name, TaskKind(shard.kind), self.documents
        )
        self.journal = Journal(folder, limits or Limits(), fsync)
        self._new_sealers()

    def close(self) -> None:
        """Let go of the journal's files."""
        self.journal.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _new_sealers(self) -> None:
        """Become a new producer; a producer's clocks rise in the journal, too, by `_order`."""
        self._order = threading.RLock()
        self._busy = False
        self._process = os.getpid()
        self._sealer = Sealer(self.shard)

    def _append(self, seal: Callable[[Sealer], str]) -> None:
        """Append what is sealed; a fork, and a signal's handler amid it, is another producer."""
        if self._process != os.getpid():
            self._new_sealers()
        with self._order:
            within, self._busy = self._busy, True
            try:
                batch = seal(Sealer(self.shard) if within else self._sealer)
                if batch:
                    self.journal.append(batch.encode())
            finally:
                self._busy = within


class StatsPublisher(Publisher):
    """Publishes to a task's stats collection: what is committed counts, and nothing else.

    Raises:
        OSError: if the collection cannot be written.
    """

    documents = Collection.STATS

    def _new_sealers(self) -> None:
        """Be two producers, as Flow: what one commits by itself must not end what waits."""
        super()._new_sealers()
        self._transactions = Sealer(self.shard)

    def publish_stats(self, stats: Stats) -> None:
        """Publish one document: of an interval by itself, of a transaction with its ACK.

        Raises:
            OSError: if it cannot be written; then nothing of it counts.
        """
        self.publish([(stats.members(), OUTSIDE_TXN if stats.interval else CONTINUE_TXN)])

    def publish(self, documents: Sequence[tuple[str, int]]) -> None:
        """Publish documents of members and flags, in one transaction where they are of any.

        Raises:
            OSError: if they cannot be written; then none counts.
        """
        self._append(lambda alone: self._sealed(alone, documents))

    def _sealed(self, alone: Sealer, documents: Sequence[tuple[str, int]]) -> str:
        together = self._transactions if alone is self._sealer else Sealer(self.shard)
        lines = [
            (alone if flags == OUTSIDE_TXN else together).seal(members, flags)
            for members, flags in documents
        ]
        if any(flags == CONTINUE_TXN for _, flags in documents):
            lines.append(together.ack())
        return "".join(lines)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Publish documents that count together, once the block is left without an error.

        A crash inside, or an error, leaves nothing committed.

        Raises:
            OSError: if the acknowledgement cannot be written; then nothing of it counts.
        """
        transaction = Transaction(self.journal, Sealer(self.shard))
        yield transaction
        transaction.commit()


class Transaction:
    """Documents that wait for their acknowledgement; it is a producer of its own."""

    def __init__(self, journal: Journal, sealer: Sealer) -> None:
        self._journal = journal
        self._sealer = sealer
        self._order = threading.Lock()
        self._any = False

    def publish_stats(self, stats: Stats) -> None:
        """Write a document that counts once the transaction is committed.

        Raises:
            OSError: if it cannot be written.
        """
        with self._order:
            self._journal.append(self._sealer.seal(stats.members(), CONTINUE_TXN).encode())
            self._any = True

    def commit(self) -> None:
        """Write the acknowledgement, if there is anything to acknowledge.

        Raises:
            OSError: if it cannot be written.
        """
        with self._order:
            if self._any:
                self._journal.append(self._sealer.ack().encode())
                self._any = False


class Logs(Publisher):
    """A log handler that publishes to a task's logs collection, at a level and worse."""

    documents = Collection.LOGS

    def __init__(
        self,
        data: str | os.PathLike[str],
        shard: Shard,
        level: Level | str = Level.INFO,
        *,
        fsync: Fsync = "never",
        limits: Limits | None = None,
    ) -> None:
        self.most = RANKS[Level(level)]
        super().__init__(data, shard, fsync=fsync, limits=limits)

    def __call__(self, log: Log) -> None:
        """Publish one log; once this returns, it outlives the process.

        Raises:
            OSError: if it cannot be written.
        """
        if RANKS[log.level] <= self.most:
            self._append(lambda sealer: sealer.log(log))

    def publish(self, lines: list[Line]) -> None:
        """Publish decoded logs together: all of them, or none.

        Raises:
            OSError: if they cannot be written.
        """
        kept = at_or_worse(lines, self.most)
        if kept:
            self._append(lambda sealer: sealer.lines(kept))
